import { describe, expect, it } from 'vitest';
import {
  renderAnnotation,
  renderOutputs,
  renderStepSummary,
  renderVerdicts,
} from '../../../cli/render/github.ts';
import { renderList } from '../../../cli/render/list.ts';
import {
  bestEffortWarning,
  renderError,
  renderErrorJson,
  renderInterrupted,
  renderRetry,
  renderTip,
  renderWarning,
  shellCommand,
} from '../../../cli/render/messages.ts';
import { renderBar, renderProgressLine } from '../../../cli/render/progress.ts';
import { bytes, COLOURED, count, fields, percent, plural, printable } from '../../../cli/render/text.ts';
import { renderVerify } from '../../../cli/render/verify.ts';

describe('names from runs', () => {
  it.each([
    ['plain name', 'plain name'],
    ['\u001b[2J\u001b[31mred', '\\u001b[2J\\u001b[31mred'],
    ['a\nb\r\tc', 'a\\u000ab\\u000d\\u0009c'],
    ['\u009b31m', '\\u009b31m'],
    ['a\u202etxt.exe', 'a\\u202etxt.exe'],
    ['##[add-mask]x', '## [add-mask]x'],
    ['Größe 试验 🙂', 'Größe 试验 🙂'],
  ])('are made printable: %j', (name, shown) => {
    expect(printable(name)).toBe(shown);
  });
});

describe('numbers', () => {
  it('are short', () => {
    expect([0, 1023, 1024, 1536, 150 * 1024, 5 * 1024 ** 3].map(bytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.5 KiB',
      '150 KiB',
      '5.0 GiB',
    ]);
    expect([0, 2 / 3, 1].map(percent)).toEqual(['0%', '66.7%', '100%']);
    expect(count(1234567)).toBe('1,234,567');
    expect([plural(1, 'entry', 'entries'), plural(2, 'entry', 'entries')]).toEqual(['1 entry', '2 entries']);
  });
});

describe('messages', () => {
  it('are an error and what to do', () => {
    expect(renderError({ code: 'X', message: 'No store is named', hint: 'Give --store.' })).toBe(
      'Error: No store is named\n  Give --store.\n',
    );
    expect(renderError({ code: 'X', message: 'a:\n- b\n- c' }, COLOURED)).toBe(
      '\u001b[31mError:\u001b[39m a:\n- b\n- c\n',
    );
    expect(renderWarning('careful', 'two\nlines')).toBe('Warning: careful\n  two\n  lines\n');
    expect(renderTip('next: x')).toBe('Tip: next: x\n');
  });

  it('carry no control characters', () => {
    expect(renderError({ code: 'X', message: 'test \u001b]0;x\u0007' })).toBe(
      'Error: test \\u001b]0;x\\u0007\n',
    );
  });

  it('are one object for programs', () => {
    expect(JSON.parse(renderErrorJson({ code: 'X', message: 'm', hint: 'h' }))).toEqual({
      error: { code: 'X', message: 'm', hint: 'h' },
    });
    expect(JSON.parse(renderErrorJson({ code: 'X', message: 'm' }))).toEqual({
      error: { code: 'X', message: 'm' },
    });
  });

  it('say why the exit code is 0', () => {
    expect(
      renderWarning(...bestEffortWarning('Export', { code: 'X', message: 'no answer', hint: 'Look.' })),
    ).toBe(
      'Warning: Export failed: no answer\n  Look.\n  Exit code 0, for the policy is best-effort; --policy required makes it 3.\n',
    );
  });

  it('say how to go on', () => {
    const command = shellCommand(['agentv-opik', 'upload', 'my run', "it's", '--store=s3://b/p', '~/x', '']);
    expect(command).toBe(`agentv-opik upload 'my run' 'it'\\''s' --store=s3://b/p '~/x' ''`);
    expect(renderInterrupted('agentv-opik export', 'Interrupted.')).toBe(
      'Interrupted. Nothing that was written is lost. To go on:\n  agentv-opik export\n',
    );
    expect(renderRetry('Opik answered 503', 2, 8, 1499)).toBe(
      'Opik answered 503\n  Trying again in 1 s (2 of 8)\n',
    );
  });
});

describe('progress', () => {
  it('is a bar no wider than the terminal', () => {
    expect(renderBar({ label: 'Results', done: 1, total: 2 })).toBe(
      '\r\u001b[2KResults ████████████░░░░░░░░░░░░ 1/2',
    );
    expect(renderBar({ label: 'Results', done: 1, total: 2 }, 10)).toBe('\r\u001b[2KResults █');
  });

  it('is a line in a log', () => {
    expect(renderProgressLine({ label: 'Results', done: 1500, total: 20000 })).toBe(
      'Results: 1,500/20,000\n',
    );
  });
});

describe('GitHub Actions', () => {
  it('gets annotations of one line', () => {
    expect(renderAnnotation('warning', '100% of\nit', 'a, b: c')).toBe(
      '::warning title=agentv-opik::100%25 of%0Ait%0Aa, b: c\n',
    );
    expect(renderAnnotation('error', 'x\r\n::set-output name=a::b')).toBe(
      '::error title=agentv-opik::x\\u000d%0A::set-output name=a::b\n',
    );
  });

  it('gets outputs that no value can break out of', () => {
    expect(renderOutputs({ bundle: 'a\nEOF\nstatus=evil', status: 'ok' }, 'D1')).toBe(
      'bundle<<D1\na\nEOF\nstatus=evil\nD1\nstatus<<D1\nok\nD1\n',
    );
  });

  it('gets a summary in which names are only names', () => {
    const summary = renderStepSummary({
      headline: 'Run <img src=x>',
      experimentUrl: 'http://opik/x?a=(b)&c=d',
      rows: [
        ['Name', 'a | b [x](http://evil) `c`\n# d'],
        ['None', undefined],
      ],
      problem: { message: '*oh*', hint: 'do' },
    });
    expect(summary).toBe(
      `### Run &lt;img src=x&gt;

> ⚠️ &#42;oh&#42;
>
> do

**[Open the experiment in Opik](http://opik/x?a=%28b%29&c=d)**

| | |
|---|---|
| Name | a &#124; b &#91;x&#93;&#40;http&#58;//evil&#41; &#96;c&#96;&#92;u000a&#35; d |

`,
    );
  });

  it('counts verdicts', () => {
    expect(renderVerdicts({ passed: 2, failed: 0, errored: 1 })).toBe('2 passed, 1 errored');
    expect(renderVerdicts({ passed: 0, failed: 0, errored: 0 })).toBe('none');
  });
});

it('fields leave out what is not known', () => {
  expect(
    fields([
      ['A', '1'],
      ['B', undefined],
      ['C', ''],
    ]),
  ).toBe('  A: 1\n');
});

it('verify lists problems', () => {
  expect(renderVerify('file:///x', { objects: 2, results: 4, problems: [] })).toBe(
    '✓ file:///x\n  2 objects and 4 results are what was uploaded\n',
  );
  expect(
    renderVerify('file:///x', { objects: 2, results: 0, problems: ['parts/00000.jsonl.zst is missing'] }),
  ).toBe('✗ file:///x\n  1 problem in 2 objects:\n  - parts/00000.jsonl.zst is missing\n');
});

it('list shows an unreadable bundle beside the others, and says when there is none', () => {
  expect(renderList({ store: 's3://b', total: 0, bundles: [] })).toBe('No bundles in s3://b\n');
  expect(
    renderList({ store: 's3://b', total: 1, bundles: [{ uri: 's3://b/x', problem: 's3://b/x: not JSON' }] }),
  ).toBe('✗ s3://b/x: not JSON\n');
});
