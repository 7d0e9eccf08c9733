/** What a mixture is planned in: what its budget, its weights and the sizes of its sources count. */

export const MIXTURE_UNITS = ['tokens', 'bytes', 'words', 'documents'] as const;
export type MixtureUnit = (typeof MIXTURE_UNITS)[number];
