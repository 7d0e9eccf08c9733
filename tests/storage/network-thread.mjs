// A worker thread that uses the network it is given: makes some requests at once and says how they ended.
import { parentPort, workerData } from 'node:worker_threads';
import { request } from '#src/storage/http-request.js';
import { useNetwork } from '#src/storage/network.js';

const { network, urls } = workerData;
useNetwork(network);
const ended = await Promise.all(urls.map(async (url) => {
  try {
    const response = await request(url);
    return new TextDecoder().decode(await response.bytes(1e6));
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}));
parentPort.postMessage(ended);
