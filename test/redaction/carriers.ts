/**
 * Texts of the real world that secrets lie in.
 *
 * @module
 */

export interface Carrier {
  readonly name: string;
  /** Only texts of one line fit in. */
  readonly oneLine: boolean;
  readonly carry: (text: string) => string;
}

const line = (name: string, carry: (text: string) => string): Carrier => ({ name, oneLine: true, carry });
const block = (name: string, carry: (text: string) => string): Carrier => ({ name, oneLine: false, carry });

const json = (text: string): string => JSON.stringify(text);
const inJson = (text: string): string => json(text).slice(1, -1);
const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const shell = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const indent = (text: string, by: string): string => text.split('\n').join(`\n${by}`);

/** As they are written where text is text. */
export const PLAIN_CARRIERS: readonly Carrier[] = [
  block('alone', (text) => text),
  line('sentence', (text) => `I found this in the settings: ${text} and will use it now.`),
  block('Markdown fence', (text) => `Here is the file:\n\n\`\`\`\n${text}\n\`\`\`\n\nLet me know.`),
  line('Markdown code', (text) => `Set \`${text}\` before you start.`),
  line('Markdown table', (text) => `| name | value |\n|---|---|\n| ${text} | used by the shop |`),
  line('env dump', (text) => `PATH=/usr/bin:/bin\nLANG=C.UTF-8\nX=${text}\nSHLVL=1\nTERM=xterm`),
  line('.env', (text) => `# settings\nSHOP_URL=http://localhost:8080\nVALUE="${text}"\n`),
  line(
    'curl',
    (text) =>
      `$ curl -sS -X POST https://api.shop.test/v1/orders -H ${shell(`X-Value: ${text}`)} -d '{"a":1}'`,
  ),
  line(
    'stack trace',
    (text) =>
      `Error: request failed: ${text}\n    at Client.send (/app/src/client.js:41:13)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`,
  ),
  line(
    'Python traceback',
    (text) =>
      `Traceback (most recent call last):\n  File "/app/main.py", line 7, in <module>\n    client = Client(${json(text)})\nValueError: invalid: ${text}`,
  ),
  block(
    'kubectl describe',
    (text) =>
      `Name:         shop\nNamespace:    default\nData\n====\nvalue:\n----\n${text}\n\nEvents:  <none>`,
  ),
  line(
    'kubectl env',
    (text) => `    Environment:\n      LOG_LEVEL:  info\n      VALUE:      ${text}\n    Mounts:       <none>`,
  ),
  line(
    'terraform plan',
    (text) =>
      `  # shop_thing.main will be updated in-place\n  ~ resource "shop_thing" "main" {\n        id    = "t-1"\n      ~ value = "old" -> ${json(text)}\n    }`,
  ),
  line(
    'CI log',
    (text) =>
      `2026-11-20T10:21:37.6660000Z ##[group]Run deploy\n2026-11-20T10:21:38.1010000Z deploying with ${text}\n2026-11-20T10:21:39.0000000Z done`,
  ),
  line('Dockerfile', (text) => `FROM node:24-slim\nENV VALUE=${text}\nRUN npm ci\nCMD ["node", "main.js"]`),
  block(
    'diff',
    (text) =>
      `diff --git a/config b/config\nindex 83db48f..bf269f4 100644\n--- a/config\n+++ b/config\n@@ -1,3 +1,3 @@\n a\n-old\n+${text.split('\n').join('\n+')}\n b`,
  ),
  line('git remote', (text) => `origin\thttps://git.test/shop.git (fetch)\nnote\t${text} (push)`),
  block('YAML block', (text) => `shop:\n  value: |\n    ${indent(text, '    ')}\n  other: 1\n`),
  line('YAML', (text) => `shop:\n  value: ${json(text)}\n  replicas: 2\n`),
  line('TOML', (text) => `[shop]\nvalue = ${json(text)}\nport = 8080\n`),
  line('INI', (text) => `[shop]\nvalue = ${text}\nport = 8080\n`),
  line('properties', (text) => `shop.port=8080\nshop.value=${text}\n`),
  line('XML attribute', (text) => `<configuration><add key="v" value="${html(text)}" /></configuration>`),
  line(
    'SQL dump',
    (text) =>
      `INSERT INTO settings (id, name, value) VALUES (7,'v','${text.replaceAll("'", "''")}'),(8,'w','x');`,
  ),
  line('CSV', (text) => `id,name,value\n1,v,"${text.replaceAll('"', '""')}"\n2,w,x`),
  line('PowerShell', (text) => `PS C:\\shop> $env:VALUE = ${shell(text)}\nPS C:\\shop> .\\run.ps1`),
  line('JavaScript', (text) => `const client = createClient({ value: ${json(text)}, retries: 3 });`),
  line('Python', (text) => `client = Client(value=${json(text)}, retries=3)`),
  line('Go', (text) => `client := shop.New(${json(text)}, shop.WithRetries(3))`),
  line('Java', (text) => `Client client = Client.builder().value(${json(text)}).build();`),
  line('C#', (text) => `var client = new Client { Value = ${json(text)} };`),
  line('Ruby', (text) => `client = Shop::Client.new(${json(text)})`),
  line('PHP', (text) => `$client = new Client(${json(text)});`),
  line('Rust', (text) => `let client = Client::new(${json(text)}).await?;`),
];

/** As they are written where text is escaped. */
export const ESCAPED_CARRIERS: readonly Carrier[] = [
  block('JSON', (text) => JSON.stringify({ role: 'tool', content: text })),
  block('JSON in JSON', (text) => JSON.stringify({ arguments: JSON.stringify({ command: text }) })),
  block('JSON in JSON in JSON', (text) =>
    JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ c: text }) }) }),
  ),
  block('HAR', (text) =>
    JSON.stringify({
      log: { entries: [{ request: { method: 'GET', headers: [{ name: 'X-V', value: text }] } }] },
    }),
  ),
  block('notebook', (text) =>
    JSON.stringify({
      cells: [{ cell_type: 'code', outputs: [{ output_type: 'stream', text: [`${text}\n`] }] }],
    }),
  ),
  block('kubectl json', (text) =>
    JSON.stringify({ kind: 'Pod', spec: { containers: [{ args: [text] }] } }, null, 4),
  ),
  block('string with \\n', (text) => `{"stdout":"first line\\n${inJson(text)}\\nlast line"}`),
];

/** As they are written where text is encoded: seen through once. */
export const ENCODED_CARRIERS: readonly Carrier[] = [
  block('base64', (text) => `payload: ${Buffer.from(`the value is ${text} indeed`).toString('base64')} end`),
  block('base64 alone', (text) => Buffer.from(text).toString('base64')),
  block(
    'Kubernetes secret',
    (text) => `apiVersion: v1\nkind: Secret\ndata:\n  v: ${Buffer.from(text).toString('base64')}\n`,
  ),
  block('percent-encoded', (text) => `GET /callback?state=1&v=${encodeURIComponent(text)}&x=2`),
  block(
    '\\u-escaped',
    (text) =>
      `{"v":"${[...Buffer.from(text, 'utf16le').toString('utf16le')].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"}`,
  ),
  block('hex', (text) => `00000000: ${Buffer.from(text).toString('hex')}`),
  line('ANSI', (text) => `\u001b[32m✓\u001b[39m value \u001b[1;31m${text}\u001b[0m shown`),
  line(
    'ANSI inside',
    (text) =>
      `value ${text.slice(0, text.length / 2)}\u001b[33m${text.slice(text.length / 2)}\u001b[0m shown`,
  ),
  line(
    'zero-width',
    (text) => `value ${text.slice(0, text.length / 2)}\u200b${text.slice(text.length / 2)} shown`,
  ),
  line(
    'full-width',
    (text) =>
      `value ${text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))} shown`,
  ),
];

export const CARRIERS: readonly Carrier[] = [...PLAIN_CARRIERS, ...ESCAPED_CARRIERS, ...ENCODED_CARRIERS];
