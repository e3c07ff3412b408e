/**
 * @module
 */

export const INTRODUCTION =
  'Carries completed AgentV runs into Opik. AgentV stays the runner and the gate: no command changes its verdict.';

export const OUTRO = `
SETTINGS:
  Flags, then AGENTV_OPIK_* variables, then .agentv/opik.yaml. Opik is found by OPIK_API_KEY, OPIK_URL_OVERRIDE,
  OPIK_WORKSPACE and OPIK_PROJECT_NAME or ~/.opik.config, an S3 store by the AWS_* variables.

EXAMPLES:
  $ agentv eval run evals/ && agentv-opik export
  $ agentv-opik upload --store s3://team-evals/agentv
  $ agentv-opik <command> --help
`;

export const EXAMPLES = {
  upload: `
EXAMPLES:
  $ agentv-opik upload --store s3://team-evals/agentv
  $ agentv-opik upload 2026-11-20T10-21-37-666Z --store ./bundles --capture redacted
  $ agentv-opik upload --gate-exit-code "$AGENTV_EXIT" --policy required --wait
  $ agentv-opik upload --dry-run
`,
  ingest: `
EXAMPLES:
  $ agentv-opik ingest s3://team-evals/agentv/runs/github.com_acme_shop/2026/11/20/<run>/<digest>
  $ agentv-opik ingest 2026-11-20T10-21-37-666Z --store s3://team-evals/agentv
  $ agentv-opik ingest 3f2a9c --store ./bundles --project shop --dry-run -o requests.json
`,
  export: `
EXAMPLES:
  $ agentv-opik export
  $ agentv-opik export 2026-11-20T10-21-37-666Z --project shop --capture redacted
  $ agentv-opik export --dry-run -o requests.json
`,
  status: `
EXAMPLES:
  $ agentv-opik status 2026-11-20T10-21-37-666Z --store s3://team-evals/agentv
  $ agentv-opik status 3f2a9c --wait --wait-timeout 300
`,
  list: `
EXAMPLES:
  $ agentv-opik list --store s3://team-evals/agentv
  $ agentv-opik list --source github.com/acme/shop -n 5 --json
`,
  pull: `
EXAMPLES:
  $ agentv-opik pull 3f2a9c --store s3://team-evals/agentv -o ./pulled-run
`,
  verify: `
EXAMPLES:
  $ agentv-opik verify 3f2a9c --store s3://team-evals/agentv
`,
  redact: `
EXAMPLES:
  $ agentv-opik redact
  $ agentv-opik redact transcript.jsonl logs/ --fail-on-findings
  $ kubectl get secret -o yaml | agentv-opik redact - --format yaml --output -
  $ agentv-opik redact --explain github-token
  $ agentv-opik redact --list-rules --json
`,
  serve: `
EXAMPLES:
  $ agentv-opik serve --store /srv/agentv-bundles --watch
  $ AGENTV_OPIK_WEBHOOK_SECRET=… agentv-opik serve --store s3://team-evals/agentv --port 8080
`,
  replay: `
EXAMPLES:
  $ agentv-opik replay --dlq https://sqs.eu-central-1.amazonaws.com/123456789012/agentv-opik-dlq --dry-run
  $ agentv-opik replay 3f2a9c --store s3://team-evals/agentv
  $ agentv-opik replay --since 24h --store s3://team-evals/agentv
`,
} as const;
