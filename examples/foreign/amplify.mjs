// @aws-amplify/auth, Amazon's client for web and mobile apps.

import { Amplify, defaultStorage } from '@aws-amplify/core';
import {
	associateWebAuthnCredential,
	confirmSignIn,
	fetchAuthSession,
	rememberDevice,
	signIn,
	signOut,
} from '@aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from '@aws-amplify/auth/cognito';
import { newAuthenticator } from './authenticator.mjs';
import { serve, wrongCode } from './lines.mjs';

// What Amplify wants of a browser: a name, or it leaves new devices unconfirmed,
// and passkeys.
class Any {
	static [Symbol.hasInstance]() {
		return true;
	}
}
Object.assign(globalThis, {
	window: { document: {}, isSecureContext: true, PublicKeyCredential: Any },
	PublicKeyCredential: Any,
	AuthenticatorAttestationResponse: Any,
	AuthenticatorAssertionResponse: Any,
});
Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'a test' } });

// What Amplify calls the second factors.
const factors = { SMS: 'SMS_MFA', TOTP: 'SOFTWARE_TOKEN_MFA', EMAIL: 'EMAIL_OTP' };

// What a person is asked in each step.
const code = ({ codeDeliveryDetails: to }) => `code by ${to.deliveryMedium} to ${to.destination}`;
const choice = (names) => `one of ${names.sort().join(', ')}`;
const factor = (step) => choice(step.allowedMFATypes.map((type) => factors[type]));
const questions = {
	CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED: (step) => ['new password', ...step.missingAttributes].join(', '),
	CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE: (step) => `custom challenge: ${step.additionalInfo.question}`,
	CONFIRM_SIGN_IN_WITH_PASSWORD: () => 'password',
	CONFIRM_SIGN_IN_WITH_SMS_CODE: code,
	CONFIRM_SIGN_IN_WITH_EMAIL_CODE: code,
	CONFIRM_SIGN_IN_WITH_TOTP_CODE: () => 'code of the authenticator',
	CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION: (step) => choice(step.availableChallenges),
	CONTINUE_SIGN_IN_WITH_MFA_SELECTION: factor,
	CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION: factor,
	CONTINUE_SIGN_IN_WITH_TOTP_SETUP: () => 'code of a new authenticator',
	CONTINUE_SIGN_IN_WITH_EMAIL_SETUP: () => 'address',
};

serve(async (input, ask) => {
	const Auth = {
		Cognito: {
			userPoolId: input.userPoolId,
			userPoolClientId: input.clientId,
			userPoolEndpoint: input.endpoint,
		},
	};
	cognitoUserPoolsTokenProvider.setAuthConfig(Auth);
	Amplify.configure({ Auth }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });
	if (input.keep) {
		await signOut(); // and stay a remembered device
	} else {
		await defaultStorage.clear();
	}

	let { nextStep: step } = await signIn({
		username: input.username,
		password: input.password || undefined,
		options: { authFlowType: input.flow, preferredChallenge: input.preferred || undefined },
	});
	let question;
	while (step.signInStep !== 'DONE') {
		question ??= questions[step.signInStep](step);
		let answer = await ask(question, step.totpSetupDetails?.sharedSecret);
		question = undefined;
		if (step.allowedMFATypes) {
			answer = step.allowedMFATypes.find((type) => factors[type] === answer);
		}
		try {
			({ nextStep: step } = await confirmSignIn({
				challengeResponse: answer.password ?? answer,
				options: { userAttributes: answer.attributes },
			}));
		} catch (err) {
			if (!wrongCode.includes(err.name)) {
				throw err;
			}
			question = err.name;
		}
	}

	if (input.remember) {
		await rememberDevice();
	}
	if (input.passkey) {
		const { origin, algorithm } = input.passkey;
		const authenticator = newAuthenticator(algorithm);
		navigator.credentials = {
			create: async (options) => authenticator.create(origin, options),
			get: async (options) => authenticator.get(origin, options),
		};
		await associateWebAuthnCredential();
	}

	const tokens = async (options) => {
		const { idToken, accessToken } = (await fetchAuthSession(options)).tokens;
		return { id: idToken.toString(), access: accessToken.toString() };
	};
	const first = await tokens();
	if (!input.refresh) {
		return first;
	}
	return { ...(await tokens({ forceRefresh: true })), before: first.access };
});
