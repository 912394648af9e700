// The conversation with the Go test: JSON values, one on each line. The test
// sends a sign-in; the client asks, gets answers, and reports the result.

import readline from 'node:readline';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { generateSync } from 'otplib';

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export async function receive() {
	const { value, done } = await lines.next();
	return done ? undefined : JSON.parse(value);
}

export function send(value) {
	process.stdout.write(JSON.stringify(value) + '\n');
}

// ask asks the test what a person would be asked, who may be shown the secret of
// a new authenticator app. An answer {authenticator: secret} is the code that
// such an app shows.
async function ask(question, secret) {
	send({ question, secret });
	const answer = await receive();
	if (answer === null) {
		throw new Error('the test has no answer');
	}
	if (answer.authenticator) {
		return generateSync({ secret: answer.authenticator });
	}
	return answer;
}

// After these a person may answer again in the same session.
export const wrongCode = ['CodeMismatchException', 'EnableSoftwareTokenMFAException'];

// serve runs the sign-ins of the test, one after the other. signIn returns the
// tokens {id, access} and, if they were refreshed, the access token before.
export async function serve(signIn) {
	for (let input; (input = await receive()); ) {
		try {
			drawFrom(input.ephemeral);
			setClock(input.now);
			send({ done: true, ...(await verify(input, await signIn(input, ask))) });
		} catch (err) {
			send({ done: true, error: `${err.name}: ${err.message}` });
		}
	}
}

// verify checks the tokens as an API would, with the keys that the pool serves,
// and returns their claims.
async function verify({ endpoint, userPoolId, clientId }, tokens) {
	const jwks = await (await fetch(`${endpoint}/${userPoolId}/.well-known/jwks.json`)).json();
	const claims = { refreshed: Boolean(tokens.before) && tokens.before !== tokens.access };
	for (const tokenUse of ['id', 'access']) {
		const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse });
		verifier.cacheJwks(jwks);
		claims[tokenUse] = verifier.verifySync(tokens[tokenUse]);
	}
	return claims;
}

const random = crypto.getRandomValues.bind(crypto);

// drawFrom makes the client's next random words those of hex, which is how a
// test chooses the ephemeral a.
function drawFrom(hex = '') {
	const words = hex.match(/.{8}/g) ?? [];
	crypto.getRandomValues = (array) => {
		random(array);
		for (let i = 0; i < array.length && words.length > 0; i++) {
			array[i] = parseInt(words.shift(), 16);
		}
		return array;
	};
}

const RealDate = Date;

// setClock stops the clock at a time, or lets it go on.
function setClock(now) {
	globalThis.Date = RealDate;
	if (now) {
		globalThis.Date = class extends RealDate {
			constructor(...args) {
				super(...(args.length > 0 ? args : [now]));
			}
			static now() {
				return RealDate.parse(now);
			}
		};
	}
}
