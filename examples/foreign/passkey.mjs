// A browser on the web site of origin. A line {create: options, origin,
// algorithm, userVerified} gets it a new authenticator with a passkey, {get:
// options, origin} signs in with it. It answers {credential} or {error}.

import { newAuthenticator } from './authenticator.mjs';
import { receive, send } from './lines.mjs';

let authenticator;
for (let input; (input = await receive()); ) {
	const { create, get, origin } = input;
	try {
		if (create) {
			authenticator = newAuthenticator(input.algorithm, input.userVerified);
			send({ credential: authenticator.createJSON(origin, create) });
		} else {
			send({ credential: authenticator.getJSON(origin, get) });
		}
	} catch (err) {
		send({ error: `${err.name}: ${err.message}` });
	}
}
