/** Where the stack's store lies in its bucket: the template's default. */
export const PREFIX = 'agentv';
