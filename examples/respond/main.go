// Respond answers one challenge of a sign-in: it calls
// AdminRespondToAuthChallenge as the AWS CLI's command, the R function and the
// PowerShell cmdlet of that name do, and takes the request's JSON. What none of
// them does: it knows what each challenge takes and checks the answer before
// anything is sent, computes SECRET_HASH and SRP proofs, sends an answer at most
// once, and says what to do about a refusal.
//
// To try it, serve a pool in memory:
//
//	go run -C examples ./fakepool -config fakepool/pool.json -addr 127.0.0.1:8080
//
// Begin a sign-in there, in another terminal. This is what "aws cognito-idp
// admin-initiate-auth" sends, without the AWS CLI:
//
//	export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
//	begin() { curl -s http://127.0.0.1:8080 -H "X-Amz-Target: AWSCognitoIdentityProviderService.AdminInitiateAuth" -H "Authorization: any" -d "$1"; }
//	begin '{"UserPoolId":"eu-west-1_Demo12345","ClientId":"demo","AuthFlow":"ADMIN_USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"alice","PASSWORD":"Passw0rd!"}}' >/tmp/reply.json
//
// Answer it with the code that fakepool printed. The reply is printed as it
// came, with the tokens in it:
//
//	go run -C examples ./respond --endpoint-url http://127.0.0.1:8080 --user-pool-id eu-west-1_Demo12345 --client-id demo --challenge-parameters file:///tmp/reply.json --challenge-responses USERNAME=alice,SMS_MFA_CODE=123456
//
// # The challenge
//
// It is named by --challenge-name and --session, or by --challenge-parameters
// with the whole reply in which it came, as above. --challenge-responses has the
// answer; which keys it takes is printed by
//
//	go run -C examples ./respond --challenge-name NEW_PASSWORD_REQUIRED --generate-cli-skeleton
//
// or, with --challenge-parameters in place of the name, also which attributes
// and choices Cognito named. Filled in, that is a --cli-input-json; what is left
// of its blanks counts as missing; in a key, replace <name>. With the word output
// after it, --generate-cli-skeleton checks a whole command line and prints a sample
// of the output; nothing is sent.
//
// A name that is not known here can be newer than this program. It is answered
// all the same, and standard error says that nothing was checked.
//
// # Values
//
// Maps and structures are JSON, or the AWS CLI's shorthand:
//
//	--client-metadata "shop=1,note='with, a comma'"
//	--context-data 'IpAddress=203.0.113.7,ServerName=example.com,ServerPath=/login,HttpHeaders=[{headerName=User-Agent,headerValue=curl}]'
//	--challenge-responses USERNAME=frank,PASSWORD@=file:///run/secrets/password
//
// Every value may be file:// and the name of a file that has it, where ~/ is the
// home directory; KEY@= does the same within shorthand. In both, a line break at
// the end of the file is no part of the value. With "go run -C examples", names
// are relative to examples. Other users of the machine can see a command line, so
// give secrets that way, or as COGNITO_PASSWORD, COGNITO_CLIENT_SECRET and
// COGNITO_SRP_SECRET. A flag overrides its variable, also with an empty value.
//
// # What it computes
//
// With --client-secret, SECRET_HASH. Without one, SECRET_HASH is sent as given.
//
// With --password, the response PASSWORD where the challenge takes one. For
// PASSWORD_SRP it is proven instead: the command answers the PASSWORD_VERIFIER
// that follows, too. On the command line it is refused where the challenge has no
// use for it, and so is --srp-secret; the variables can be set for all challenges.
//
// For PASSWORD_VERIFIER, the proof, if you began the sign-in with an SRP_A from
// here. Cognito waits a few seconds for the proof, so have the commands in a
// script:
//
//	go run -C examples ./respond --generate-srp >/tmp/srp.json
//	begin '{"UserPoolId":"eu-west-1_Demo12345","ClientId":"demo","AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"alice","SRP_A":"'$(jq -r .SRP_A /tmp/srp.json)'"}}' >/tmp/reply.json
//	COGNITO_PASSWORD='Passw0rd!' go run -C examples ./respond --endpoint-url http://127.0.0.1:8080 --user-pool-id eu-west-1_Demo12345 --client-id demo --challenge-parameters file:///tmp/reply.json --srp-secret file:///tmp/srp.json
//
// For DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER, both answers in one command,
// with --device; or one at a time, with --srp-secret as well. The file that
// "go run -C examples ./signin -device /tmp/devices.json" writes has a device for
// each app client and user. This takes out the one for --device:
//
//	jq '.["demo"]["alice"]' /tmp/devices.json >/tmp/device.json
//
// For MFA_SETUP nothing: give the session of VerifySoftwareToken and USERNAME, or
// the session of the challenge and EMAIL.
//
// # Output
//
// --output is json or text, and --query a JMESPath expression, as in the AWS
// CLI. What * and keys() select from an object is in another order each time;
// sort() orders it. A --query that begins with ^ is about the request that was
// sent, of two the last, as in PowerShell's -Select: --query ^ClientId prints the
// app client's ID after the call. (Its '*' is the whole reply, which is printed
// without --query.) One that fails on the reply does not lose it: all of it is
// printed, and the exit status is 255.
//
// --debug tells on standard error which operation is called, with which keys, and
// the request ID; unlike the AWS CLI's, it shows no value.
//
// The exit status is the AWS CLI's: 252 when the command line is wrong, 253 when
// there are no AWS credentials or their configuration is wrong, 254 when the
// service refuses, 255 when there is no sensible reply, 130 when interrupted.
// ("go run" makes 1 of them all.)
//
// # Parameters
//
// What the parameters of the four documents are here, and in the library: the
// option is the AWS CLI's where it has one.
//
//	Option or variable           R, JSON Schema                         PowerShell, with aliases                                     Go, package challenge
//	--user-pool-id               UserPoolId                             -UserPoolId                                                  Config.UserPoolID
//	--client-id                  ClientId                               -ClientId                                                    Config.ClientID
//	--challenge-name             ChallengeName                          -ChallengeName                                               Form
//	--challenge-responses        ChallengeResponses                     -ChallengeResponse -ChallengeResponses                       Fill
//	--session                    Session                                -Session                                                     Issued.Session
//	--analytics-metadata         AnalyticsMetadata                                                                                   CallOptions.AnalyticsEndpointID
//	--analytics-metadata         AnalyticsMetadata.AnalyticsEndpointId  -AnalyticsMetadata_AnalyticsEndpointId                       CallOptions.AnalyticsEndpointID
//	--context-data               ContextData                                                                                         CallOptions.ContextData
//	--context-data               ContextData.IpAddress                  -ContextData_IpAddress                                       CallOptions.ContextData
//	--context-data               ContextData.ServerName                 -ContextData_ServerName                                      CallOptions.ContextData
//	--context-data               ContextData.ServerPath                 -ContextData_ServerPath                                      CallOptions.ContextData
//	--context-data               ContextData.HttpHeaders                -ContextData_HttpHeader -ContextData_HttpHeaders             CallOptions.ContextData
//	--context-data               ContextData.HttpHeaders.headerName                                                                  CallOptions.ContextData
//	--context-data               ContextData.HttpHeaders.headerValue                                                                 CallOptions.ContextData
//	--context-data               ContextData.EncodedData                -ContextData_EncodedData                                     CallOptions.ContextData
//	--client-metadata            ClientMetadata                         -ClientMetadata                                              CallOptions.ClientMetadata
//	--cli-input-json                                                                                                                 UnmarshalAdminRespondInput
//	--generate-cli-skeleton                                                                                                          Fields
//	--query                                                             -Select -PassThru
//	--output
//	--region                                                            -Region -RegionToCall                                        Config.Transport
//	--endpoint-url                                                      -EndpointUrl                                                 Config.Transport
//	--profile                                                           -ProfileName -StoredCredentials -AWSProfileName              Config.Transport
//	--no-sign-request                                                                                                                Config.Transport
//	--debug
//	AWS_ACCESS_KEY_ID                                                   -AccessKey -AK -Credential                                   Config.Transport
//	AWS_SECRET_ACCESS_KEY                                               -SecretKey -SK -SecretAccessKey -Credential                  Config.Transport
//	AWS_SESSION_TOKEN                                                   -SessionToken -ST -Credential                                Config.Transport
//	AWS_SHARED_CREDENTIALS_FILE                                         -ProfileLocation -AWSProfilesLocation -ProfilesLocation      Config.Transport
//	AWS_CONFIG_FILE                                                     -ClientConfig -NetworkCredential                             Config.Transport
//	(none)                                                              -Force
//	--challenge-parameters                                                                                                           Issued.Parameters
//	--client-secret                                                                                                                  Config.ClientSecret
//	--password                                                                                                                       PasswordVerifier.Prove
//	--srp-secret                                                                                                                     PasswordVerifier.Prove
//	--generate-srp                                                                                                                   PasswordVerifier.Prove
//	--device                                                                                                                         CallOptions.Device
//	--public                                                                                                                         Public
//
// In place of a -NetworkCredential for a SAML profile, a profile of the AWS
// configuration can have a credential_process. -ClientConfig's settings are
// those of that file too, such as max_attempts. There is nothing to -Force,
// because the program never asks.
//
// To see how it is done, begin with answer.go.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/cognito-go/cognitoauth/srp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program. It returns the exit status.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	o, err := parse(args, getenv)
	if errors.Is(err, flag.ErrHelp) {
		err = usage(stdout)
	} else if err == nil {
		err = o.perform(ctx, stdout, stderr)
	}
	if err != nil {
		for _, line := range o.explain(err) {
			tell(stderr, "respond: "+line)
		}
	}
	return status(err)
}

// perform does what the options say and prints what comes of it.
func (o *options) perform(ctx context.Context, stdout, stderr io.Writer) error {
	if o.generateSRP {
		return o.print(stdout, newSRPPair())
	}
	if name := o.challengeName(); isUnknown(name) {
		tell(stderr, "respond: --challenge-name: "+string(name)+" is not known here, so nothing about its answer is checked")
	}
	if o.skeleton == inputSkeleton {
		c, err := o.challenge()
		if err != nil {
			return err
		}
		return o.print(stdout, newSkeleton(c))
	}
	log := stderr
	if !o.debug {
		log = io.Discard
	}
	reply, step, err := o.answer(ctx, log)
	if forgetsDevice(step) {
		tell(stderr, "respond: Cognito has forgotten the device: delete its file")
	}
	switch {
	case reply == nil:
		return err
	case o.skeleton == outputSkeleton:
		return errors.Join(o.print(stdout, sampleResponse), err)
	default:
		return errors.Join(o.printReply(stdout, newResponse(reply)), err)
	}
}

// srpPair is what --generate-srp prints.
type srpPair struct {
	A      string `json:"SRP_A"`
	Secret string `json:"SrpSecret"`
}

func newSRPPair() srpPair {
	client := srp.NewClient()
	return srpPair{client.A(), base64.StdEncoding.EncodeToString(client.Secret())}
}
