"""Runs Lambda functions as processes of this machine: LocalStack's own executor needs Docker.

As on AWS: one invocation at a time in an environment; a function that runs over its time or dies loses its process, the
invocation fails with Sandbox.Timedout or Runtime.ExitError, and the next one gets a new process. The heap is bounded
by the memory setting; the architecture is this machine's, whatever the function asks for.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty

from agentv_opik_lambda.runtime_api import RuntimeApi, error_payload
from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

RUNTIME = Path(__file__).with_name("runtime.ts")
INIT_SECONDS = 30
# What V8 may take of the memory; the rest is buffers, code and stacks.
HEAP_SHARE = 0.85
TICK_SECONDS = 0.05


class ProcessExecutor(RuntimeExecutor):
    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id=id, function_version=function_version)
        self._env: dict[str, str] = {}
        self._process: subprocess.Popen | None = None
        self._api: RuntimeApi | None = None
        self._lines: list[str] = []
        self._scratch = tempfile.mkdtemp(prefix="lambda-")
        self._stopped = False

    # What LocalStack calls

    def start(self, env_vars: dict[str, str]) -> None:
        self._env = {name: str(value) for name, value in env_vars.items() if value is not None}
        failure = self._spawn()
        if failure is not None:
            raise StatusErrorException("The function did not start", payload=failure)

    def stop(self) -> None:
        self._stopped = True
        self._kill()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        started = time.monotonic()
        self._lines = []
        if self._process is None or self._process.poll() is not None:
            failure = self._spawn()
            if failure is not None:
                return self._result(request_id, failure, True, started)
        body, is_error = self._run(request_id, payload)
        return self._result(request_id, body, is_error, started)

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    def get_logs(self) -> str:
        return "\n".join(self._lines)

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Leaves the code: a function whose settings alone changed has it in its next version too."""

    # The process

    def _spawn(self) -> bytes | None:
        """Starts the runtime and waits until it asks for work; the error's payload if it does not get there."""
        self._kill()
        self._api = RuntimeApi()
        settings = self.function_version.config
        settings.code.prepare_for_execution()
        code = settings.code.get_unzipped_code_location()
        heap = int(int(settings.memory_size) * HEAP_SHARE)
        self._process = subprocess.Popen(
            [os.environ["AGENTV_OPIK_LAMBDA_NODE"], f"--max-old-space-size={heap}", "--no-warnings", str(RUNTIME)],
            cwd=code,
            env={
                # Nothing of LocalStack's own environment: a function sees what AWS would give it.
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "LANG": "en_US.UTF-8",
                **self._env,
                "TMPDIR": self._scratch,
                "LAMBDA_TASK_ROOT": str(code),
                "AWS_LAMBDA_RUNTIME_API": self._api.address,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        threading.Thread(target=self._read_output, args=(self._process,), daemon=True).start()
        kind, _, body = self._next_message(time.monotonic() + INIT_SECONDS)
        if kind == "next":
            return None
        reason = self._exit_reason()
        self._kill()
        if kind == "init-error":
            return body
        if kind == "deadline":
            return error_payload("Sandbox.Timedout", f"Init took more than {INIT_SECONDS} s")
        return error_payload("Runtime.ExitError", f"Runtime exited while starting: {reason}")

    def _run(self, request_id: str, payload: dict[str, str]) -> tuple[bytes, bool]:
        seconds = int(self.function_version.config.timeout)
        deadline = time.monotonic() + seconds
        self._api.offer(
            {
                "body": payload["payload"].encode(),
                "headers": {
                    "content-type": "application/json",
                    "Lambda-Runtime-Aws-Request-Id": request_id,
                    "Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1000)),
                    "Lambda-Runtime-Invoked-Function-Arn": payload["invoked-function-arn"],
                    "Lambda-Runtime-Trace-Id": payload["trace-id"],
                },
            }
        )
        while True:
            kind, about, body = self._next_message(deadline)
            if kind in ("response", "error") and about == request_id:
                return body, kind == "error"
            if kind == "deadline":
                self._kill()
                message = f"RequestId: {request_id} Error: Task timed out after {seconds}.00 seconds"
                return error_payload("Sandbox.Timedout", message), True
            if kind == "exit":
                message = f"RequestId: {request_id} Error: Runtime exited with error: {self._exit_reason()}"
                self._kill()
                return error_payload("Runtime.ExitError", message), True

    def _next_message(self, deadline: float):
        while True:
            try:
                return self._api.messages.get(timeout=TICK_SECONDS)
            except Empty:
                if self._stopped or self._process is None or self._process.poll() is not None:
                    return ("exit", None, None)
                if time.monotonic() >= deadline:
                    return ("deadline", None, None)

    def _exit_reason(self) -> str:
        code = self._process.poll() if self._process is not None else None
        if code is not None and code < 0:
            return f"signal: {signal.Signals(-code).name}"
        return f"exit status {code}"

    def _read_output(self, process: subprocess.Popen) -> None:
        for line in process.stdout:
            self._lines.append(line.rstrip("\n"))

    def _kill(self) -> None:
        process, api = self._process, self._api
        self._process, self._api = None, None
        if process is not None:
            process.kill()
            process.wait()
        if api is not None:
            api.close()

    def _result(self, request_id: str, body: bytes, is_error: bool, started: float) -> InvocationResult:
        spent = (time.monotonic() - started) * 1000
        # The runtime's last lines are still in the pipe when its answer arrives.
        time.sleep(0.01)
        logs = [
            f"START RequestId: {request_id} Version: {self.function_version.id.qualifier}",
            *self._lines,
            f"END RequestId: {request_id}",
            f"REPORT RequestId: {request_id}\tDuration: {spent:.2f} ms\tMax Memory Used: {self._peak_mb()} MB",
        ]
        return InvocationResult(request_id=request_id, payload=body, is_error=is_error, logs="\n".join(logs) + "\n")

    def _peak_mb(self) -> int:
        """The process's peak resident memory, where the system tells it (Linux)."""
        process = self._process
        if process is None:
            return 0
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            return 0
        peak = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
        return int(peak.split()[1]) // 1024
