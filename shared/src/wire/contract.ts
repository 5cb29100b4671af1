/** The version is raised with every change that an older client would misread; a test holds it to the schemas' hash. */
export const WIRE_CONTRACT = { version: 1, hash: 'fa2c752e87dc1fc1' } as const;
