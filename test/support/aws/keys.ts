/** What the deployment's secret holds. */
export const OPIK_API_KEY = 'opik-key-of-the-tests';
export const REDACTION_KEY = 'redaction key of the tests';
export const WEBHOOK_SECRET = 'webhook-secret-of-the-tests';
export const OPIK_WORKSPACE = 'acme';
