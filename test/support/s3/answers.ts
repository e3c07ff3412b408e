/**
 * What the stand-in answers: S3's status codes, error codes and XML.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** An error of S3, thrown while a request is worked on. */
export class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;

  constructor(status: number, code: string, details: Readonly<Record<string, string>> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  answer(): Answer {
    return errorAnswer(this.status, this.code, this.details);
  }
}

export function errorAnswer(
  status: number,
  code: string,
  details: Readonly<Record<string, string>> = {},
): Answer {
  const members = { Code: code, Message: `${code} of the stand-in`, RequestId: 'STANDIN', ...details };
  return xml(status, element('Error', members));
}

export function xml(status: number, document: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${document}`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

/** One element: of text members, or around markup. */
export function element(name: string, content: string | Readonly<Record<string, string>>): string {
  return `<${name}>${typeof content === 'string' ? content : textElements(content)}</${name}>`;
}

/** Elements of text, one after another. */
export function textElements(members: Readonly<Record<string, string>>): string {
  return Object.entries(members)
    .map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`)
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
