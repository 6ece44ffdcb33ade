/** The build's choice of where the API is, and the policies that let the client connect there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiAddress, letConnect } from './apiAddress';

const RULES = readFileSync('staticwebapp.config.json', 'utf8');
const policiesOf = (rules: string): string[] => [...rules.matchAll(/"Content-Security-Policy": "([^"]+)"/g)].map(([, policy]) => policy ?? '');

test.each(['https://func-x.azurewebsites.net', 'https://api.example.com:8443', 'http://127.0.0.1:7071', 'http://localhost:7071', ''])('%s is taken', (given) => {
  expect(apiAddress(given)).toBe(given);
});

test.each(['api.example.com', 'http://api.example.com', 'https://api.example.com/', 'https://api.example.com/api', "https://a'self'", 'https://a; script-src *', 'https://A.example'])('%s is refused', (given) => {
  expect(() => apiAddress(given)).toThrow('VIGOR_API_ADDRESS is no origin');
});

test('without an address the rules stay as they are, byte for byte', () => {
  expect(letConnect(RULES, apiAddress(undefined))).toBe(RULES);
});

test('with one, every policy lets its pages and the worker connect there, and nothing else changes', () => {
  const rules = letConnect(RULES, 'https://api.example');
  expect(policiesOf(rules)).toHaveLength(2);
  for (const policy of policiesOf(rules)) expect(policy.match(/connect-src [^;]+/)?.[0]).toBe("connect-src 'self' https://api.example");
  expect(rules.replaceAll(' https://api.example', '')).toBe(RULES);
});

test('a policy that says nothing of connections is not passed over', () => {
  expect(() => letConnect(RULES.replace("; connect-src 'self'", ''), 'https://api.example')).toThrow('connect-src');
});
