/** Gives each call a later time than the one before, in microseconds, as ISO text in UTC. */
export interface Clock {
  now(): string;
}

export function makeClock(): Clock {
  let last = 0n;
  return {
    now() {
      const wall = BigInt(Date.now()) * 1000n;
      last = wall > last ? wall : last + 1n;
      const seconds = new Date(Number(last / 1000n)).toISOString().slice(0, 19);
      return `${seconds}.${String(last % 1_000_000n).padStart(6, '0')}Z`;
    },
  };
}
