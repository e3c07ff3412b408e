/**
 * Keys of model providers and of the tools around them, known by their shape.
 *
 * @module
 */
import { ALNUM, END, fake, HEX, type Rule, tokenRule } from './rule.ts';

const WORD = `${ALNUM}_-`;
const UUID = `${fake(HEX, 8)}-${fake(HEX, 4)}-4${fake(HEX, 3)}-a${fake(HEX, 3)}-${fake(HEX, 12)}`;

/** `sk-learn-something-else` is a name; a key mixes letters with digits and is not made of words. */
function isMixed(match: RegExpExecArray): boolean {
  const body = match[0].slice(3);
  return /\d/.test(body) && (/[A-Z]/.test(body) || !/[-_][a-z]{2,}[-_]/.test(body));
}

export const aiTokenRules: readonly Rule[] = [
  tokenRule({
    id: 'openai-key',
    description: 'OpenAI project, service account or admin key',
    prefixes: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'],
    body: '[A-Za-z0-9_-]{20,255}',
    match: [`sk-proj-${fake(WORD, 156)}`, `OPENAI=«sk-svcacct-${fake(ALNUM, 40)}»`],
    noMatch: ['sk-proj-x', 'task-admin-aaaaaaaaaaaaaaaaaaaaaaaaaa'],
  }),
  tokenRule({
    id: 'openai-legacy-key',
    description: 'OpenAI user key and the many that copied its shape',
    prefixes: ['sk-'],
    body: '[A-Za-z0-9_-]{20,255}',
    check: isMixed,
    match: [`sk-${fake(ALNUM, 20)}T3BlbkFJ${fake(ALNUM, 20)}`, `sk-${fake(ALNUM, 48)}`],
    noMatch: ['sk-learn-is-a-library-for-python3', 'task-0123456789abcdefABCDEF01', 'sk-short'],
  }),
  tokenRule({
    id: 'anthropic-key',
    description: 'Anthropic API, admin or OAuth key',
    prefixes: ['sk-ant-'],
    body: '[A-Za-z0-9_-]{16,255}',
    match: [`sk-ant-api03-${fake(WORD, 93)}AA`, 'sk-ant-api03-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    noMatch: ['sk-ant-x'],
  }),
  tokenRule({
    id: 'openrouter-key',
    description: 'OpenRouter key',
    prefixes: ['sk-or-'],
    body: '(?:v1-)?[a-f0-9]{32,128}',
    match: [`sk-or-v1-${fake(HEX, 64)}`],
    noMatch: ['sk-or-v1'],
  }),
  tokenRule({
    id: 'google-api-key',
    description: 'Google API key (Gemini, Maps, Firebase)',
    prefixes: ['AIza'],
    body: `[A-Za-z0-9_-]{35}${END}`,
    match: [`AIza${fake(ALNUM, 35)}`],
    noMatch: ['AIzaShort'],
  }),
  tokenRule({
    id: 'groq-key',
    description: 'Groq API key',
    prefixes: ['gsk_'],
    body: '[A-Za-z0-9]{32,128}',
    match: [`gsk_${fake(ALNUM, 52)}`],
    noMatch: ['gsk_model_name'],
  }),
  tokenRule({
    id: 'huggingface-token',
    description: 'Hugging Face user or organisation token',
    prefixes: ['hf_', 'api_org_'],
    body: '[A-Za-z0-9]{30,128}',
    match: [`hf_${fake(ALNUM, 34)}`, `api_org_${fake(ALNUM, 34)}`],
    noMatch: ['hf_hub_download', 'hf_transfer'],
  }),
  tokenRule({
    id: 'replicate-token',
    description: 'Replicate API token',
    prefixes: ['r8_'],
    body: `[A-Za-z0-9]{37}${END}`,
    match: [`r8_${fake(ALNUM, 37)}`],
    noMatch: ['r8_short'],
  }),
  tokenRule({
    id: 'perplexity-key',
    description: 'Perplexity API key',
    prefixes: ['pplx-'],
    body: '[A-Za-z0-9]{32,128}',
    match: [`pplx-${fake(ALNUM, 48)}`],
    noMatch: ['pplx-70b-online'],
  }),
  tokenRule({
    id: 'xai-key',
    description: 'xAI API key',
    prefixes: ['xai-'],
    body: '[A-Za-z0-9]{64,128}',
    match: [`xai-${fake(ALNUM, 80)}`],
    noMatch: ['xai-grok-4'],
  }),
  tokenRule({
    id: 'cerebras-key',
    description: 'Cerebras API key',
    prefixes: ['csk-'],
    body: `[a-z0-9]{48}${END}`,
    match: [`csk-${fake(HEX, 48)}`],
    noMatch: ['csk-short'],
  }),
  tokenRule({
    id: 'nvidia-key',
    description: 'NVIDIA API key',
    prefixes: ['nvapi-'],
    body: '[A-Za-z0-9_-]{50,128}',
    match: [`nvapi-${fake(WORD, 64)}`],
    noMatch: ['nvapi-x'],
  }),
  tokenRule({
    id: 'together-key',
    description: 'Together AI key',
    prefixes: ['tgp_v1_'],
    body: '[A-Za-z0-9_-]{30,128}',
    match: [`tgp_v1_${fake(WORD, 43)}`],
    noMatch: ['tgp_v1_'],
  }),
  tokenRule({
    id: 'fireworks-key',
    description: 'Fireworks AI key',
    prefixes: ['fw_'],
    body: `[A-Za-z0-9]{22,24}${END}`,
    check: (match) => /\d/.test(match[0]) && /[A-Z]/.test(match[0]),
    match: [`fw_${fake(ALNUM, 24)}`],
    noMatch: ['fw_update_in_progress', 'fw_abcdefghijklmnopqrstuvwx'],
  }),
  tokenRule({
    id: 'tavily-key',
    description: 'Tavily API key',
    prefixes: ['tvly-'],
    body: '(?:dev-|prod-)?[A-Za-z0-9]{20,64}',
    match: [`tvly-${fake(ALNUM, 32)}`, `tvly-dev-${fake(ALNUM, 32)}`],
    noMatch: ['tvly-dev-x'],
  }),
  tokenRule({
    id: 'pinecone-key',
    description: 'Pinecone API key',
    prefixes: ['pcsk_'],
    body: '[A-Za-z0-9_]{40,128}',
    match: [`pcsk_${fake(ALNUM, 70)}`],
    noMatch: ['pcsk_x'],
  }),
  tokenRule({
    id: 'elevenlabs-key',
    description: 'ElevenLabs API key',
    prefixes: ['sk_'],
    body: `[a-f0-9]{48}${END}`,
    match: [`sk_${fake(HEX, 48)}`],
    noMatch: ['sk_buff'],
  }),
  tokenRule({
    id: 'jina-key',
    description: 'Jina AI key',
    prefixes: ['jina_'],
    body: '[A-Za-z0-9_-]{50,80}',
    match: [`jina_${fake(ALNUM, 60)}`],
    noMatch: ['jina_embeddings_v3'],
  }),
  tokenRule({
    id: 'e2b-key',
    description: 'E2B sandbox key',
    prefixes: ['e2b_'],
    body: `[a-f0-9]{40}${END}`,
    match: [`e2b_${fake(HEX, 40)}`],
    noMatch: ['e2b_sandbox'],
  }),
  tokenRule({
    id: 'langsmith-key',
    description: 'LangSmith personal or service key',
    prefixes: ['lsv2_pt_', 'lsv2_sk_'],
    body: '[a-f0-9]{32}_[a-f0-9]{10}',
    match: [`lsv2_pt_${fake(HEX, 32)}_${fake(HEX, 10)}`],
    noMatch: ['lsv2_pt_x'],
  }),
  tokenRule({
    id: 'langfuse-key',
    description: 'Langfuse secret or public key',
    prefixes: ['sk-lf-', 'pk-lf-'],
    body: '[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}',
    match: [`sk-lf-${UUID}`, `pk-lf-${UUID}`],
    noMatch: ['pk-lf-test'],
  }),
];
