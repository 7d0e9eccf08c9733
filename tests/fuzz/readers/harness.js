/** A reader that does what readers must not, when its input says so: what the harness itself is tested with. It is in no list. */
export const harness = {
  seeds: () => [Buffer.from('fine')],
  tokens: [],
  async check(bytes) {
    switch (bytes.toString()) {
      case 'never-ends':
        for (;;);
      case 'takes-all-memory': {
        const held = [];
        for (;;) {
          held.push(new Array(1e6).fill(held.length));
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      case 'throws-later':
        void Promise.reject(new Error('later'));
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        return false;
      case 'throws': return bytes.no.such;
      case 'exits': return process.exit(0);
      default: return true;
    }
  },
};
