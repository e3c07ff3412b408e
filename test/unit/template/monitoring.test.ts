// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes its references so
/**
 * What a person on call sees: alarms, dashboard, outputs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadTemplate, propertiesOf, ROOT, resourcesOfType, textOf } from './load.ts';

const template = loadTemplate('template.yaml');
const { Outputs } = template;
const properties = (id: string) => propertiesOf(template, id);
const ALARMS = resourcesOfType(template, 'AWS::CloudWatch::Alarm');

describe('what is seen', () => {
  const metrics = new Set(
    [
      ...readFileSync(join(ROOT, 'functions/runtime/telemetry.ts'), 'utf8').matchAll(/^ {2}\| '([a-z_]+)'/gm),
    ].map(([, name = '']) => name),
  );
  const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

  it('the alarms that there are', () => {
    expect(ALARMS.sort()).toEqual([
      'DeadLettersAlarm',
      'IngestErrorsAlarm',
      'IngestThrottlesAlarm',
      'OldestMessageAlarm',
      'RequiredNotDeliveredAlarm',
      'WebErrorsAlarm',
    ]);
  });

  it.each(ALARMS)('%s tells somebody, is quiet without data, and has its paragraph', (id) => {
    const { AlarmActions, AlarmDescription, AlarmName, OKActions, TreatMissingData } = properties(id);
    expect(AlarmActions).toEqual([{ Ref: 'AlarmTopic' }]);
    expect(OKActions).toEqual([{ Ref: 'AlarmTopic' }]);
    expect(TreatMissingData).toBe('notBreaching');
    const anchor = /docs\/operations\.md#([a-z-]+)$/.exec(String(AlarmDescription))?.[1] ?? '';
    expect(textOf(AlarmName)).toBe(`\${AWS::StackName}-${anchor}`);
    const headings = [...operations.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(headings).toContain(anchor);
  });

  it('own metrics are those that the functions write, of this stack alone', () => {
    expect(metrics.size).toBeGreaterThan(5);
    for (const id of ALARMS) {
      const { Namespace, MetricName, Dimensions } = properties(id);
      if (Namespace !== 'AgentvOpik') continue;
      expect(metrics).toContain(MetricName);
      const service = z
        .object({ Variables: z.record(z.string(), z.unknown()) })
        .parse(properties('IngestFunction').Environment).Variables.POWERTOOLS_SERVICE_NAME;
      expect(Dimensions).toEqual([{ Name: 'service', Value: service }]);
    }
  });

  const widgetSchema = z.object({
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
    properties: z.object({ title: z.string(), metrics: z.array(z.array(z.unknown())).optional() }),
  });
  const body = textOf(properties('Dashboard').DashboardBody).replaceAll(/\$\{[\w:.]+\}/g, '1');
  const { widgets } = z.object({ widgets: z.array(widgetSchema) }).parse(JSON.parse(body));

  it('the dashboard shows every own metric but the alarm’s, and none that nobody writes', () => {
    const shown = widgets.flatMap(({ properties: { metrics: rows = [] } }) => ownMetrics(rows));
    expect([...new Set(shown)].sort()).toEqual(
      [...metrics].filter((name) => name !== 'required_not_delivered').sort(),
    );
  });

  /** In a widget, "." stands for what stood there in the row above, and "..." for the whole row but its end. */
  function ownMetrics(rows: readonly (readonly unknown[])[]): string[] {
    let namespace: unknown;
    let name: unknown;
    return rows.flatMap(([first, second]) => {
      if (first !== '...') {
        namespace = first === '.' ? namespace : first;
        name = second === '.' ? name : second;
      }
      return namespace === 'AgentvOpik' ? [String(name)] : [];
    });
  }

  it('the dashboard’s widgets fit the grid and do not cover each other', () => {
    for (const [index, a] of widgets.entries()) {
      expect(a.x + a.width).toBeLessThanOrEqual(24);
      for (const b of widgets.slice(index + 1)) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${a.properties.title} and ${b.properties.title}`).toBe(true);
      }
    }
  });

  it('outputs say what they are', () => {
    for (const { Description } of Object.values(Outputs)) expect(Description.length).toBeGreaterThan(10);
    expect(Object.keys(Outputs)).toEqual(
      expect.arrayContaining([
        'BucketName',
        'StoreUri',
        'QueueUrl',
        'DeadLetterQueueUrl',
        'WebUrl',
        'DashboardUrl',
        'UploadPolicyArn',
      ]),
    );
  });
});
