package viewersignature

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

type vectorFile struct {
	Subgraph string
	Keys     map[string]string
	Vectors  []struct {
		Name     string
		Requests []struct {
			Header   string
			Body     string
			Now      int64
			Accepted bool
			Claims   string
			Address  string
		}
	}
}

func TestVectors(t *testing.T) {
	text, err := os.ReadFile("../vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file vectorFile
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) < 30 {
		t.Fatalf("only %d vectors", len(file.Vectors))
	}
	var entries []string
	for id, key := range file.Keys {
		entries = append(entries, id+":"+key)
	}
	keys, err := ReadKeys(strings.Join(entries, ","))
	if err != nil {
		t.Fatal(err)
	}
	for _, vector := range file.Vectors {
		t.Run(vector.Name, func(t *testing.T) {
			var now time.Time
			verifier := NewVerifier(keys, file.Subgraph, func() time.Time { return now })
			for _, request := range vector.Requests {
				now = time.UnixMilli(request.Now)
				verified, err := verifier.Verify(request.Header, []byte(request.Body))
				if (err == nil) != request.Accepted {
					t.Fatalf("accepted: %t, expected %t", err == nil, request.Accepted)
				}
				if verified == nil {
					continue
				}
				var viewer Viewer
				if err := json.Unmarshal([]byte(request.Claims), &viewer); err != nil {
					t.Fatal(err)
				}
				if verified.Claims != request.Claims || verified.Viewer.ID != viewer.ID || verified.Address != request.Address {
					t.Fatalf("another viewer: %+v", verified)
				}
			}
		})
	}
}
