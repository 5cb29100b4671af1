/** The version is raised with every change that an older client would misread; a test holds it to the schemas' hash. */
export const WIRE_CONTRACT = { version: 1, hash: '99a843670799a2a8' } as const;
