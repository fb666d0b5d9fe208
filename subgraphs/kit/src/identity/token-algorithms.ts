// The signature algorithms of JSON Web Tokens that are accepted.
export const tokenAlgorithms: readonly string[] = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
