/**
 * @module
 */

/** A message as AgentV writes it in Markdown files. */
export interface Block {
  readonly role: string;
  readonly content: string;
}

const HEADER = /^@\[(\w+)\]:$/;

/**
 * The messages of an `input.md`, or of a `response.md` before 4.36: blocks of `@[role]:`, a newline and the content, joined
 * by an empty line.
 *
 * A header counts on the first line and after an empty line only. Nothing for a text that does not begin with one.
 */
export function parseBlocks(text: string): Block[] | undefined {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const blocks: { role: string; lines: string[] }[] = [];
  lines.forEach((line, index) => {
    const role = index === 0 || lines[index - 1] === '' ? HEADER.exec(line)?.[1] : undefined;
    if (role === undefined) blocks.at(-1)?.lines.push(line);
    else blocks.push({ role, lines: [] });
  });
  if (blocks.length === 0 || !HEADER.test(lines[0] ?? '')) return undefined;
  return blocks.map((block, index) => ({
    role: block.role,
    // The empty line before the next header is the joint.
    content: (index === blocks.length - 1 ? block.lines : block.lines.slice(0, -1)).join('\n'),
  }));
}
