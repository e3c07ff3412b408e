/**
 * @module
 */

declare const __AGENTV_OPIK_VERSION__: string | undefined;

/** Put in by the build; run from source there is none. */
export const VERSION = typeof __AGENTV_OPIK_VERSION__ === 'string' ? __AGENTV_OPIK_VERSION__ : '0.0.0-source';
