// Package viewersignature verifies the viewers that a gateway signs for one subgraph (docs/viewer-signature.md). It needs
// the standard library only.
package viewersignature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	lifeMs = 60_000
	skewMs = 5_000
)

var form = regexp.MustCompile(`^([A-Za-z0-9_-]{1,32})\.([0-9]{1,16})\.([A-Za-z0-9_-]{1,64})\.([^.,]{1,128})\.([A-Za-z0-9_-]+)(?:\.([A-Za-z0-9_-]*))?\.([A-Za-z0-9_-]{43})$`)

// Viewer is who a request is made for. The ID of a client without a token is "anonymous".
type Viewer struct {
	ID        string   `json:"id"`
	Bureau    *string  `json:"bureau"`
	Roles     []string `json:"roles"`
	Scopes    []string `json:"scopes"`
	Divisions []string `json:"divisions"`
	ElderID   *string  `json:"elderId"`
	Purpose   *string  `json:"purpose"`
}

// Verified is a viewer with the JSON text that it was read from, and the client's address, which is empty where the
// gateway does not send one.
type Verified struct {
	Viewer  Viewer
	Claims  string
	Address string
}

// ErrRefused means that a request is to be refused with status 401.
var ErrRefused = errors.New("the signature of the gateway is not valid or was used before")

// ReadKeys reads the keys of a text `<id>:<base64url>`, separated by commas.
func ReadKeys(text string) (map[string][]byte, error) {
	keys := map[string][]byte{}
	for _, entry := range strings.Split(text, ",") {
		id, encoded, _ := strings.Cut(strings.TrimSpace(entry), ":")
		key, err := base64.RawURLEncoding.DecodeString(encoded)
		if err != nil {
			return nil, errors.New("a viewer key is not base64url")
		}
		keys[id] = key
	}
	return keys, nil
}

// Verifier verifies the requests to one subgraph. It may be used by several goroutines.
type Verifier struct {
	keys     map[string][]byte
	subgraph string
	now      func() time.Time
	lock     sync.Mutex
	// Nonces that were used, in the order of their times, and when they may be forgotten.
	nonces map[string]struct{}
	order  []usedNonce
}

type usedNonce struct {
	nonce   string
	untilMs int64
}

// NewVerifier returns a verifier; now is time.Now outside tests.
func NewVerifier(keys map[string][]byte, subgraph string, now func() time.Time) *Verifier {
	return &Verifier{keys: keys, subgraph: subgraph, now: now, nonces: map[string]struct{}{}}
}

// Verify returns the viewer of a request with this header and these bytes as its body, or ErrRefused.
func (v *Verifier) Verify(header string, body []byte) (*Verified, error) {
	parts := form.FindStringSubmatch(header)
	if parts == nil {
		return nil, ErrRefused
	}
	sentAt, err := strconv.ParseInt(parts[2], 10, 64)
	key, known := v.keys[parts[1]]
	nowMs := v.now().UnixMilli()
	age := nowMs - sentAt
	if err != nil || !known || parts[4] != v.subgraph || age >= lifeMs || age <= -skewMs {
		return nil, ErrRefused
	}
	mac, err := base64.RawURLEncoding.DecodeString(parts[7])
	if err != nil {
		return nil, ErrRefused
	}
	expected := hmac.New(sha256.New, key)
	expected.Write([]byte(header[:strings.LastIndexByte(header, '.')] + "\n"))
	expected.Write(body)
	if !hmac.Equal(mac, expected.Sum(nil)) || !v.isFirst(parts[3], nowMs) {
		return nil, ErrRefused
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[5])
	if err != nil {
		return nil, ErrRefused
	}
	address, err := base64.RawURLEncoding.DecodeString(parts[6])
	if err != nil {
		return nil, ErrRefused
	}
	verified := &Verified{Claims: string(claims), Address: string(address)}
	if json.Unmarshal(claims, &verified.Viewer) != nil {
		return nil, ErrRefused
	}
	return verified, nil
}

// isFirst remembers a nonce until no header with it can be accepted any more. Only nonces of valid signatures get here.
func (v *Verifier) isFirst(nonce string, nowMs int64) bool {
	v.lock.Lock()
	defer v.lock.Unlock()
	for len(v.order) > 0 && v.order[0].untilMs <= nowMs {
		delete(v.nonces, v.order[0].nonce)
		v.order = v.order[1:]
	}
	if _, used := v.nonces[nonce]; used {
		return false
	}
	v.nonces[nonce] = struct{}{}
	v.order = append(v.order, usedNonce{nonce, nowMs + lifeMs + skewMs})
	return true
}
