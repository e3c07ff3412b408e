"""Found by LocalStack through entry_points.txt; chosen by LAMBDA_RUNTIME_EXECUTOR=process."""

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "process"

    def load(self, *args, **kwargs):
        # Loaded here: at the time the plug-ins are listed LocalStack's Lambda modules are not importable yet.
        from agentv_opik_lambda.executor import ProcessExecutor

        return ProcessExecutor
