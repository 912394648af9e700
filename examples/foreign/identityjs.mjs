// amazon-cognito-identity-js, Amazon's browser client.

import { promisify } from 'node:util';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { serve, wrongCode } from './lines.mjs';

// What the client calls back when it goes no further by itself: what a person
// is asked then, if anything, and what is done with the answer.
const steps = {
	customChallenge: (user, params) => ({
		question: `custom challenge: ${params.question}`,
		respond: (answer, callbacks) => user.sendCustomChallengeAnswer(answer, callbacks),
	}),
	newPasswordRequired: (user, has, required) => ({
		question: ['new password', ...required].join(', '),
		respond: (answer, callbacks) => user.completeNewPasswordChallenge(answer.password, answer.attributes, callbacks),
	}),
	mfaRequired: (user, name, params) => ({
		question: `code by ${params.CODE_DELIVERY_DELIVERY_MEDIUM} to ${params.CODE_DELIVERY_DESTINATION}`,
		respond: (code, callbacks) => user.sendMFACode(code, callbacks, 'SMS_MFA'),
	}),
	totpRequired: (user) => ({
		question: 'code of the authenticator',
		respond: (code, callbacks) => user.sendMFACode(code, callbacks, 'SOFTWARE_TOKEN_MFA'),
	}),
	selectMFAType: (user, name, params) => ({
		question: `one of ${JSON.parse(params.MFAS_CAN_CHOOSE).sort().join(', ')}`,
		respond: (choice, callbacks) => user.sendMFASelectionAnswer(choice, callbacks),
	}),
	mfaSetup: (user) => ({
		respond: (_, callbacks) => user.associateSoftwareToken(callbacks),
	}),
	associateSecretCode: (user, secret) => ({
		question: 'code of a new authenticator',
		secret,
		respond: (code, callbacks) => user.verifySoftwareToken(code, 'authenticator', callbacks),
	}),
};

// call runs one call of the client until it calls back, and returns what it
// called.
function call(run) {
	return new Promise((resolve) => {
		const callbacks = {};
		for (const name of ['onSuccess', 'onFailure', ...Object.keys(steps)]) {
			callbacks[name] = (...args) => resolve({ name, args });
		}
		run(callbacks);
	});
}

// newStorage returns what stands in for the browser's localStorage.
function newStorage() {
	const items = new Map();
	return {
		getItem: (key) => items.get(key) ?? null,
		setItem: (key, value) => items.set(key, value),
		removeItem: (key) => items.delete(key),
	};
}
let storage;

serve(async (input, ask) => {
	if (!input.keep) {
		storage = newStorage();
	}
	const pool = new CognitoUserPool({
		UserPoolId: input.userPoolId,
		ClientId: input.clientId,
		endpoint: input.endpoint,
		Storage: storage,
	});
	const user = new CognitoUser({ Username: input.username, Pool: pool, Storage: storage });
	user.setAuthenticationFlowType(input.flow.startsWith('CUSTOM') ? 'CUSTOM_AUTH' : input.flow);
	const details = new AuthenticationDetails({ Username: input.username, Password: input.password });

	let step;
	let event = await call((callbacks) =>
		input.flow === 'CUSTOM_WITHOUT_SRP' ? user.initiateAuth(details, callbacks) : user.authenticateUser(details, callbacks),
	);
	while (event.name !== 'onSuccess') {
		let question;
		if (event.name === 'onFailure') {
			const [err] = event.args;
			if (!step || !wrongCode.includes(err.code)) {
				throw err;
			}
			question = err.code;
		} else {
			step = steps[event.name](user, ...event.args);
			question = step.question;
		}
		const answer = question && (await ask(question, step.secret));
		event = await call((callbacks) => step.respond(answer, callbacks));
	}

	if (input.remember) {
		await new Promise((resolve, reject) => user.setDeviceStatusRemembered({ onSuccess: resolve, onFailure: reject }));
	}

	const tokens = (session) => ({ id: session.getIdToken().getJwtToken(), access: session.getAccessToken().getJwtToken() });
	const [session] = event.args;
	if (!input.refresh) {
		return tokens(session);
	}
	const refreshed = await promisify(user.refreshSession.bind(user))(session.getRefreshToken());
	return { ...tokens(refreshed), before: tokens(session).access };
});
