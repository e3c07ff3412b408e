/**
 * What is measured: this project's capture, and two others that people use.
 *
 * @module
 */
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { createSecretAnonymizer } from 'langsmith/anonymizer';
import { type Capture, createCapture } from '../../core/capture/index.ts';
import { ruleClasses } from '../../core/capture/rules/index.ts';
import type { Scanner } from './measure.ts';

const PATH_RULES = new Set(ruleClasses()['host paths']?.map(({ id }) => id));

export function ours(capture: Capture = createCapture({ mode: 'redacted' })): Scanner {
  let before = capture.counts.by_rule;
  return {
    name: 'agentv-opik',
    run: (text) => capture.text('text.txt', text),
    async scan(text) {
      const out = capture.text('text.txt', text);
      const after = capture.counts.by_rule;
      const rules = Object.entries(after).flatMap(([rule, n]) =>
        Array.from({ length: PATH_RULES.has(rule) ? 0 : n - (before[rule] ?? 0) }, () => rule),
      );
      before = after;
      // What goes metadata-only leaks nothing, and is no way to treat a text that nothing is wrong with.
      return 'text' in out ? { text: out.text, rules } : { text: '', rules: ['dropped'] };
    },
  };
}

const SECRETLINT = {
  rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }],
};

function lint(text: string) {
  return lintSource({
    source: { content: text, filePath: 'text.txt', ext: '.txt', contentType: 'text' },
    options: { config: SECRETLINT },
  });
}

export function secretlint(): Scanner {
  return {
    name: '@secretlint/secretlint-rule-preset-recommend',
    run: lint,
    async scan(text) {
      const { messages } = await lint(text);
      // It keeps marks of its own pace, without end.
      performance.clearMarks();
      let out = text;
      for (const { range } of [...messages].sort((a, b) => b.range[0] - a.range[0])) {
        out = `${out.slice(0, range[0])}[FOUND]${out.slice(range[1])}`;
      }
      return { text: out, rules: messages.map(({ ruleId }) => ruleId) };
    },
  };
}

export function langsmith(): Scanner {
  const anonymize = createSecretAnonymizer();
  return {
    name: 'langsmith createSecretAnonymizer',
    run: (text) => anonymize(text),
    async scan(text) {
      const out: unknown = anonymize(text);
      const found = typeof out === 'string' ? out : '';
      return { text: found, rules: found === text ? [] : ['langsmith'] };
    },
  };
}
