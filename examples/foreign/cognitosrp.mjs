// A user pool that knows SRP only, of users and of remembered devices, and lets
// cognito-srp verify it.
//
// It reads the pool's id and users from a line and writes its endpoint on
// another. GET returns what it has verified since the last time: for each proof
// the challenge, the time that TIMESTAMP tells, and the numbers that cognito-srp
// wrote with a zero byte too many, so that no proof is right.

import { randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';
import cognitoSrp from 'cognito-srp';
import { receive, send } from './lines.mjs';

const { userPoolId, users } = await receive();
const userPool = new cognitoSrp.UserPool(userPoolId.split('_')[1]);

// SRP is about another name than that with which people sign in. USERNAME can
// be the one or the other.
const typed = new Map();
for (const [i, { username, password }] of users.entries()) {
	const user = await userPool.createUser({ username: randomUUID(), password });
	typed.set(username, { ...user, name: i % 2 === 0 ? user.username : username });
}
const issued = new Map(); // exchanges, by SECRET_BLOCK
const metadata = new Map(); // NewDeviceMetadata, by access token
const devices = new Map(); // by DEVICE_KEY
let verified = [];

class Refusal extends Error {}

// begin begins an exchange about an SRP user of that pool. name is USERNAME.
async function begin(pool, user, name, A) {
	const exchange = await pool.getServerChallenge(user);
	const SECRET_BLOCK = randomBytes(1000).toString('base64');
	issued.set(SECRET_BLOCK, { exchange, user, name, A });
	const short = (hex) => hex.replace(/^0+/, ''); // as Cognito sends numbers
	const B = exchange.calculateB().toString('hex');
	return { USERNAME: name, SALT: short(user.salt), SRP_B: short(B), SECRET_BLOCK };
}

// check refuses an answer whose proof is wrong.
function check(challenge, answer) {
	const { exchange, user, name, A } = issued.get(answer.PASSWORD_CLAIM_SECRET_BLOCK);
	const session = exchange.getSession(A);
	const numbers = {
		A,
		B: exchange.calculateB().toString('hex'),
		S: session.key.toString('hex'),
		SALT: user.salt,
	};
	const bug = Object.keys(numbers).filter((number) => /^00[0-7]/.test(numbers[number]));
	const time = new Date(answer.TIMESTAMP);
	verified.push({ challenge, time, bug });
	if (
		answer.USERNAME !== name ||
		answer.TIMESTAMP !== rendered(time) ||
		answer.PASSWORD_CLAIM_SIGNATURE !==
			session.calculateSignature(answer.PASSWORD_CLAIM_SECRET_BLOCK, answer.TIMESTAMP)
	) {
		throw new Refusal('Incorrect username or password.');
	}
}

// rendered returns a time as Cognito writes it.
function rendered(time) {
	const [day, date, month, year, clock] = time.toUTCString().split(/,? /);
	return `${day} ${month} ${Number(date)} ${clock} UTC ${year}`;
}

// signedIn returns tokens, for a new device if there is none.
function signedIn(device) {
	const result = { AccessToken: randomUUID(), ExpiresIn: 3600, TokenType: 'Bearer' };
	if (!device) {
		result.NewDeviceMetadata = { DeviceKey: `eu-west-1_${randomUUID()}`, DeviceGroupKey: `-${randomUUID().slice(0, 8)}` };
		metadata.set(result.AccessToken, result.NewDeviceMetadata);
	}
	return { AuthenticationResult: result, ChallengeParameters: {} };
}

const operations = {
	async InitiateAuth({ AuthFlow, AuthParameters: { USERNAME, SRP_A } }) {
		const user = typed.get(USERNAME);
		if (AuthFlow !== 'USER_SRP_AUTH' || !user) {
			throw new Refusal('User does not exist.');
		}
		return {
			ChallengeName: 'PASSWORD_VERIFIER',
			ChallengeParameters: { ...(await begin(userPool, user, user.name, SRP_A)), USER_ID_FOR_SRP: user.username },
		};
	},

	async RespondToAuthChallenge({ ChallengeName, ChallengeResponses: answer }) {
		const device = devices.get(answer.DEVICE_KEY);
		switch (ChallengeName) {
			case 'PASSWORD_VERIFIER':
				check(ChallengeName, answer);
				return device ? { ChallengeName: 'DEVICE_SRP_AUTH', Session: randomUUID() } : signedIn();
			case 'DEVICE_SRP_AUTH':
				return {
					ChallengeName: 'DEVICE_PASSWORD_VERIFIER',
					ChallengeParameters: {
						...(await begin(device.pool, device, answer.USERNAME, answer.SRP_A)),
						DEVICE_KEY: answer.DEVICE_KEY,
					},
					Session: randomUUID(),
				};
			case 'DEVICE_PASSWORD_VERIFIER':
				check(ChallengeName, answer);
				return signedIn(device);
		}
	},

	async ConfirmDevice({ AccessToken, DeviceKey, DeviceSecretVerifierConfig: config }) {
		const { DeviceGroupKey } = metadata.get(AccessToken);
		const [salt, verifier] = [config.Salt, config.PasswordVerifier].map((text) => Buffer.from(text, 'base64').toString('hex'));
		if (![salt, verifier].every((hex) => /^([1-7]|0[1-9a-f]|00[89a-f])/.test(hex))) {
			throw new Refusal('These are no integers in the fewest bytes, without a sign.');
		}
		devices.set(DeviceKey, { username: DeviceKey, salt, verifier, pool: new cognitoSrp.UserPool(DeviceGroupKey) });
		return { UserConfirmationNecessary: false };
	},
};

const server = http.createServer(async (request, response) => {
	let status = 200;
	let reply;
	try {
		if (request.method === 'GET') {
			[reply, verified] = [verified, []];
		} else {
			let body = '';
			for await (const chunk of request.setEncoding('utf8')) {
				body += chunk;
			}
			const name = request.headers['x-amz-target'].split('.').pop();
			reply = await operations[name](JSON.parse(body));
		}
	} catch (err) {
		status = err instanceof Refusal ? 400 : 500;
		reply = { __type: status === 400 ? 'NotAuthorizedException' : 'InternalErrorException', message: err.message };
	}
	response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' });
	response.end(JSON.stringify(reply));
});
server.listen(0, '127.0.0.1', () => send({ endpoint: `http://127.0.0.1:${server.address().port}` }));
