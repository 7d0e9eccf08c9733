import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

// What takes minutes: training to published figures, and oracles that install hundreds of megabytes. CI runs these behind the others.
export default mergeConfig(base, defineConfig({ test: { exclude: ['tests/**/*.test.ts'], include: ['tests/**/*.long.ts'] } }));
