// The foreign subgraph bus-stops: an HTTP server on the address in LISTEN, by default 127.0.0.1:7002.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"district-graph.cn/busstops/generated"
	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	maxBodyBytes = 1_000_000
	maxDepth     = 20
)

func main() {
	address := os.Getenv("LISTEN")
	if address == "" {
		address = "127.0.0.1:7002"
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", http.MaxBytesHandler(newHandler(), maxBodyBytes))
	mux.HandleFunc("/health", func(response http.ResponseWriter, _ *http.Request) { response.WriteHeader(http.StatusNoContent) })
	server := &http.Server{Addr: address, Handler: mux, ReadTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	stopped, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go func() {
		<-stopped.Done()
		_ = server.Shutdown(context.Background())
	}()
	log.Printf("listening on %s", address)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

func newHandler() http.Handler {
	server := handler.New(generated.NewExecutableSchema(generated.Config{Resolvers: resolvers{}}))
	server.AddTransport(transport.POST{})
	// Composition reads _service, which gqlgen takes for introspection.
	server.Use(extension.Introspection{})
	server.AroundOperations(limitDepth)
	server.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
		var known *gqlerror.Error
		if errors.As(err, &known) {
			return graphql.DefaultErrorPresenter(ctx, err)
		}
		log.Print(err)
		return gqlerror.WrapPath(graphql.GetPath(ctx), errors.New("内部错误。 Internal error."))
	})
	return server
}

// limitDepth refuses operations in which fields are nested too deep.
func limitDepth(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if isDeeper(graphql.GetOperationContext(ctx).Operation.SelectionSet, maxDepth) {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{{
			Message:    "查询嵌套过深。 Fields are nested deeper than 20.",
			Extensions: map[string]any{"code": "OPERATION_TOO_DEEP"},
		}}})
	}
	return next(ctx)
}

// isDeeper runs after validation, so fragments contain no circle.
func isDeeper(selections ast.SelectionSet, left int) bool {
	if len(selections) == 0 {
		return false
	}
	if left == 0 {
		return true
	}
	for _, selection := range selections {
		switch node := selection.(type) {
		case *ast.Field:
			if isDeeper(node.SelectionSet, left-1) {
				return true
			}
		case *ast.InlineFragment:
			if isDeeper(node.SelectionSet, left) {
				return true
			}
		case *ast.FragmentSpread:
			if isDeeper(node.Definition.SelectionSet, left) {
				return true
			}
		}
	}
	return false
}
