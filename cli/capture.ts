/**
 * @module
 */
import { type CaptureMode, type CaptureSettings, createCapture } from '../core/capture/index.ts';
import { redactYaml } from '../core/capture/yaml.ts';
import type { CliContext } from './context.ts';
import type { LoadedSettings } from './settings.ts';

/** Both sides': text leaves only when somebody said so. */
export const DEFAULT_CAPTURE: CaptureMode = 'metadata-only';

/** The deployment's key of redaction tags. A secret, so from the environment alone. */
export function redactionKey({ env }: CliContext): Uint8Array | undefined {
  const key = env.AGENTV_OPIK_REDACTION_KEY;
  return key === undefined || key === '' ? undefined : new TextEncoder().encode(key);
}

/** The capture of this side, as the settings have it. */
export function captureSettings(context: CliContext, { values, own }: LoadedSettings): CaptureSettings {
  return { mode: values.capture ?? DEFAULT_CAPTURE, hmacKey: redactionKey(context), own: own?.own };
}

/** The same on the machine that a run was made on, whose folders are known. */
export function localCaptureSettings(context: CliContext, settings: LoadedSettings): CaptureSettings {
  return {
    ...captureSettings(context, settings),
    yaml: redactYaml,
    workspaceDirs: [settings.projectFolder],
    homeDirs: homeDirs(context, settings),
  };
}

function homeDirs({ home }: CliContext, { own }: LoadedSettings): readonly string[] {
  return own?.own.disabled.includes('home-path') === true ? [] : [home];
}

/** Cleans names and words from outside a run, whatever the capture mode: branches, job names, a server's explanations. */
export function redactorFor(context: CliContext, settings: LoadedSettings): (text: string) => string {
  const capture = createCapture({
    ...captureSettings(context, settings),
    mode: 'redacted',
    homeDirs: homeDirs(context, settings),
  });
  return (text) => capture.name(text);
}
