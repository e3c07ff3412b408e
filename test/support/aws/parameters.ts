/**
 * @module
 */
/** Worker settings that suit tests: short waits, as many tries as a test needs to see the last one. */
export const PARAMETERS = {
  CaptureMode: 'full',
  FunctionTimeout: '30',
  MemorySize: '512',
  MaxAttempts: '4',
  BackoffSeconds: '1',
  MaximumConcurrency: '5',
  // The account's quota is the emulator's own.
  WebConcurrency: '0',
  // Emulators are on loopback without a certificate.
  TlsOnly: 'false',
} as const;
