/** The version is raised with every change that an older client would misread; a test holds it to the schemas' hash. */
export const WIRE_CONTRACT = { version: 1, hash: '0000000000000000' } as const;
