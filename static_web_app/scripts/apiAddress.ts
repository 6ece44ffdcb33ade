/** The build's one choice of where the API is: VIGOR_API_ADDRESS, an origin; empty or absent means the site's own. */

const ORIGIN = /^(https:\/\/[a-z0-9.-]+(:\d+)?|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?)$/;

/** The address as given, once it is sure to be an origin, in clear text on this machine only. */
export function apiAddress(given: string | undefined): string {
  const address = given ?? '';
  if (address !== '' && !ORIGIN.test(address)) {
    throw new Error(`VIGOR_API_ADDRESS is no origin: ${address}. Write https://host, in small letters and without a path.`);
  }
  return address;
}

/** The hosting rules with `address` among what every policy lets pages and workers connect to. */
export function letConnect(rules: string, address: string): string {
  if (address === '') return rules;
  const policies = rules.split('"Content-Security-Policy"').length - 1;
  const opened = rules.split("connect-src 'self'");
  if (policies === 0 || opened.length - 1 !== policies) throw new Error("A policy in staticwebapp.config.json has no connect-src 'self'.");
  return opened.join(`connect-src 'self' ${address}`);
}
