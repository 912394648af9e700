package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/logging"

	"github.com/cognito-go/cognitoauth/challenge"
)

// connect returns the way to the service: its public or its admin operations.
// It calls nothing, unless AWS credentials must be fetched from somewhere.
func (o *options) connect(ctx context.Context, log io.Writer) (challenge.Transport, error) {
	sdk, err := o.sdk(ctx, log)
	if err != nil {
		return nil, err
	}
	if o.public {
		return challenge.Public(sdk), nil
	}
	return challenge.Admin(sdk), nil
}

func (o *options) sdk(ctx context.Context, log io.Writer) (*cip.Client, error) {
	pool, _, _ := strings.Cut(aws.ToString(o.request.UserPoolId), "_")
	region := cmp.Or(o.region, pool)
	if o.skeleton == outputSkeleton {
		return cip.New(cip.Options{Region: region, HTTPClient: noService{}}), nil
	}
	load := []func(*config.LoadOptions) error{
		config.WithRegion(region),
		config.WithSharedConfigProfile(o.profile),
		config.WithLogger(logging.Nop{}), // What goes wrong is told once, as an error.
	}
	anonymous := o.public || o.unsigned
	if anonymous {
		load = append(load, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	}
	loaded, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, &environmentError{"the AWS configuration can't be used", err}
	}
	if !anonymous {
		// Now, rather than in the call, where it would look like a failure to
		// reach the service.
		if _, err := loaded.Credentials.Retrieve(ctx); err != nil {
			return nil, &environmentError{"no AWS credentials; --public needs none", err}
		}
	}
	return cip.NewFromConfig(loaded, func(c *cip.Options) {
		if o.endpoint != "" {
			c.BaseEndpoint = aws.String(o.endpoint)
		}
		c.HTTPClient = logged{c.HTTPClient, log}
	}), nil
}

// logged tells of each request where it goes and what comes back, and of
// neither what is in it.
type logged struct {
	cip.HTTPClient
	log io.Writer
}

// Do implements [cip.HTTPClient].
func (l logged) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	response, err := l.HTTPClient.Do(r)
	if err != nil {
		tell(l.log, fmt.Sprintf("debug: %s to %s: no reply", operation, r.URL.Host))
		return response, err
	}
	tell(l.log, fmt.Sprintf("debug: %s to %s: %s, request ID %s", operation, r.URL.Host,
		response.Status, cmp.Or(response.Header.Get("X-Amzn-Requestid"), "none")))
	return response, nil
}

// noService takes every request, which the SDK has checked by then.
type noService struct{}

// Do implements [cip.HTTPClient].
func (noService) Do(*http.Request) (*http.Response, error) {
	const tokens = `{"AuthenticationResult":{"AccessToken":"AccessToken"}}`
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(tokens))}, nil
}
