package httpkit

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"mawid/scheduler"
)

// Errors of signing in by an identity provider.
var (
	// ErrOutside: the answer is not one to a question of this browser, came before,
	// came too late, or the person gave up.
	ErrOutside = errors.New("sign-in by the identity provider was not completed")
	// ErrNoAccount: the provider knows the person, and no account here is theirs.
	ErrNoAccount = errors.New("no account here belongs to this identity")
	// ErrProvider: the provider does not answer, or not as it should.
	ErrProvider = fmt.Errorf("identity provider: %w", scheduler.ErrUnavailable)
)

// OutsideConfig is an identity provider that speaks OpenID Connect.
type OutsideConfig struct {
	Issuer, ClientID, ClientSecret string
	// Redirect is the address that the provider leads back to.
	Redirect string
	// Claim names what of the identity is the login of an account here, such as
	// "email", which must be verified then; "" for none: only linked accounts.
	Claim string
	// Secret is the program's; Secure as in SessionsConfig.
	Secret []byte
	Secure bool
	Clock  scheduler.Clock
}

// Outside lets staff sign in by an identity provider: the code flow with PKCE,
// state and nonce (OpenID Connect Core 1.0, RFC 7636). Nothing is stored on the
// way: what must be remembered stands sealed in a cookie. The provider is asked
// first when somebody signs in, so the program starts and serves without it.
type Outside struct {
	conf     OutsideConfig
	seal     *sealer
	client   *http.Client
	metadata metadata
}

// outsideWait bounds one request to the provider; outsideFor is how long a
// person may take there.
const (
	outsideWait = 5 * time.Second
	outsideFor  = 10 * time.Minute
)

// NewOutside returns the provider's client.
func NewOutside(c OutsideConfig) (*Outside, error) {
	seal, err := newSealer(c.Secret, "mawid sign-ins outside 1")
	if err != nil {
		return nil, err
	}
	o := &Outside{conf: c, seal: seal, client: &http.Client{Timeout: outsideWait}}
	o.metadata = metadata{issuer: c.Issuer, client: o.client, clock: c.Clock}
	return o, nil
}

// Check asks the provider about itself (OpenID Connect Discovery 1.0). It returns
// ErrProvider when it does not answer, or not as it should.
func (o *Outside) Check(ctx context.Context) error {
	_, err := o.metadata.get(ctx)
	return err
}

// underway is what must be remembered while a person is at the provider.
type underway struct {
	State, Nonce, Verifier string
	Link                   string // id of the user whose account is to be linked, or ""
	Until                  int64  // unix seconds
}

func (o *Outside) cookieName() string {
	if o.conf.Secure {
		return "__Host-mawid-outside"
	}
	return "mawid-outside"
}

// cookie is sent with the provider's answer, which another site leads to: Lax.
func (o *Outside) cookie(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: o.cookieName(), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: o.conf.Secure, SameSite: http.SameSiteLaxMode,
	})
}

func (o *Outside) oauth(p *provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.conf.ClientID, ClientSecret: o.conf.ClientSecret, Endpoint: p.endpoint(),
		RedirectURL: o.conf.Redirect, Scopes: o.scopes(),
	}
}

func (o *Outside) scopes() []string {
	switch o.conf.Claim {
	case "":
		return []string{oidc.ScopeOpenID}
	case "email":
		return []string{oidc.ScopeOpenID, "email"}
	}
	return []string{oidc.ScopeOpenID, "profile", "email"}
}

// Start returns where to send a person who wants to sign in, or, with the id of
// a user, to link that account; and sets a cookie for the way back. It returns
// ErrProvider.
func (o *Outside) Start(w http.ResponseWriter, r *http.Request, link string) (address string, err error) {
	p, err := o.metadata.get(r.Context())
	if err != nil {
		return "", err
	}
	u := underway{rand.Text(), rand.Text(), oauth2.GenerateVerifier(), link, o.conf.Clock().Add(outsideFor).Unix()}
	plain, err := json.Marshal(u)
	if err != nil {
		return "", err
	}
	o.cookie(w, base64.RawURLEncoding.EncodeToString(o.seal.aead.Seal(nil, nil, plain, nil)), int(outsideFor.Seconds()))
	return o.oauth(p).AuthCodeURL(u.State, oidc.Nonce(u.Nonce), oauth2.S256ChallengeOption(u.Verifier)), nil
}

// remembered opens the cookie of Start; ErrOutside when there is none of now.
func (o *Outside) remembered(r *http.Request) (underway, error) {
	var u underway
	c, err := r.Cookie(o.cookieName())
	if err != nil {
		return u, ErrOutside
	}
	sealed, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return u, ErrOutside
	}
	plain, err := o.seal.aead.Open(nil, nil, sealed, nil)
	if err != nil || json.Unmarshal(plain, &u) != nil || o.conf.Clock().Unix() > u.Until {
		return u, ErrOutside
	}
	return u, nil
}

// Identity is who somebody is at the provider.
type Identity struct {
	Outside string // issuer and subject
	Login   string // what the claim says, or ""
	Link    string // id of the user that Start was called with, or ""
}

// Finish reads what the provider led back with. It returns ErrOutside when that
// is not the answer to a Start of the same browser, was used before, or the
// person gave up; ErrProvider when the provider fails.
func (o *Outside) Finish(w http.ResponseWriter, r *http.Request) (Identity, error) {
	u, err := o.remembered(r)
	o.cookie(w, "", -1)
	if err != nil {
		return Identity{}, err
	}
	asked := r.URL.Query()
	if !alike(u.State, asked.Get("state")) || asked.Get("code") == "" || !o.from(asked) {
		return Identity{}, ErrOutside
	}
	p, err := o.metadata.get(r.Context())
	if err != nil {
		return Identity{}, err
	}
	ctx := oidc.ClientContext(r.Context(), o.client)
	token, err := o.oauth(p).Exchange(ctx, asked.Get("code"), oauth2.VerifierOption(u.Verifier))
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.ErrorCode == "invalid_grant" {
		return Identity{}, ErrOutside // the code was used, or is not ours
	}
	if err != nil {
		return Identity{}, providerFault("exchange code", err)
	}
	id, err := o.verify(ctx, p, token, u.Nonce)
	if err != nil {
		return Identity{}, err
	}
	who := Identity{Outside: id.Issuer + " " + id.Subject, Link: u.Link}
	if who.Link == "" {
		who.Login, err = o.login(ctx, p, token, id)
	}
	return who, err
}

// from reports whether an answer is of our provider, where it says of whom it is
// (RFC 9207).
func (o *Outside) from(asked url.Values) bool {
	return !asked.Has("iss") || asked.Get("iss") == o.conf.Issuer
}

func alike(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// providerFault is a failure of the provider, or of what was set up for it. It
// goes to the log of faults.
func providerFault(what string, err error) error {
	return fmt.Errorf("%w: %s: %w", ErrProvider, what, err)
}

// verify checks signature, issuer, audience, life and nonce of the ID token.
func (o *Outside) verify(ctx context.Context, p *provider, token *oauth2.Token, nonce string) (*oidc.IDToken, error) {
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: o.conf.ClientID, Now: o.conf.Clock}).Verify(ctx, raw)
	if err != nil {
		return nil, providerFault("verify", err)
	}
	if !alike(id.Nonce, nonce) || id.Subject == "" {
		return nil, ErrOutside
	}
	return id, nil
}

// login returns what the claim says, of the ID token or else of the provider's
// account of the person; "" when it says nothing that counts.
func (o *Outside) login(ctx context.Context, p *provider, token *oauth2.Token, id *oidc.IDToken) (string, error) {
	if o.conf.Claim == "" {
		return "", nil
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return "", providerFault("claims", err)
	}
	if _, told := claims[o.conf.Claim]; !told && p.UserInfoEndpoint() != "" {
		info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return "", providerFault("account of the person", err)
		}
		if info.Subject != id.Subject { // OpenID Connect Core 1.0, 5.3.2
			return "", ErrOutside
		}
		if err := info.Claims(&claims); err != nil {
			return "", providerFault("claims", err)
		}
	}
	return loginOf(o.conf.Claim, claims), nil
}

// loginOf reads a login from claims. An address that the provider has not
// verified is anybody's to claim.
func loginOf(claim string, claims map[string]any) string {
	if claim == "email" && claims["email_verified"] != true && claims["email_verified"] != "true" { // some write it as text
		return ""
	}
	login, _ := claims[claim].(string)
	return CleanText(login)
}

// SignOutURL is where a person ends the session at the provider too, "" when the
// provider has no such place or does not answer (OpenID Connect RP-Initiated
// Logout 1.0). back is where they come back to.
func (o *Outside) SignOutURL(ctx context.Context, back string) string {
	p, err := o.metadata.get(ctx)
	if err != nil {
		NoteFault(ctx, err)
		return ""
	}
	to, err := url.Parse(p.signOut)
	if err != nil || p.signOut == "" || to.Scheme != "https" && to.Scheme != "http" {
		return ""
	}
	q := to.Query()
	q.Set("client_id", o.conf.ClientID)
	q.Set("post_logout_redirect_uri", back)
	to.RawQuery = q.Encode()
	return to.String()
}
