/** Says on stderr when the network holds everything up: while servers refuse or fail, a run would seem to hang. */
import type { NetworkOptions } from '../storage/network.js';
import { MOST_OPENINGS, RequestGate } from '../storage/request-gate.js';

const LOOK_MS = 250;
/** Single failures mend themselves: they are told of where they have gone on so long, and then again after so long. */
const FIRST_MS = 5000;
const NEXT_MS = 30_000;

/** Looks at what all threads share, for as long as the process lives. */
export function tellOfNetwork({ shared, inFlight, pauses, tries }: NetworkOptions, say: (line: string) => void): void {
  const gate = new RequestGate(shared, inFlight);
  let openings = 0;
  let retries = 0;
  let sinceMs = 0;
  let afterMs = FIRST_MS;
  setInterval(() => {
    if (gate.openings > openings && gate.openings <= MOST_OPENINGS) {
      say(`a server refused a request (HTTP 403): nothing is asked for ${Math.round((pauses.circuit * 2 ** (gate.openings - 1)) / 1000)} s, pause ${gate.openings} of ${MOST_OPENINGS}`);
    }
    openings = gate.openings;
    if (gate.retries === retries) return;
    sinceMs += LOOK_MS;
    if (sinceMs < afterMs) return;
    say(`the network fails: ${gate.retries - retries} more requests had to be made again, each at most ${tries - 1} times in a row`);
    retries = gate.retries;
    sinceMs = 0;
    afterMs = NEXT_MS;
  }, LOOK_MS).unref();
}
