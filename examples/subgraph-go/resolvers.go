package main

import (
	"context"
	"errors"

	"district-graph.cn/busstops/generated"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const maxMetres = 5000

type resolvers struct{}

func (resolvers) Query() generated.QueryResolver               { return query{} }
func (resolvers) Entity() generated.EntityResolver             { return entity{} }
func (resolvers) ServicePoint() generated.ServicePointResolver { return servicePoint{} }

type query struct{}

func (query) BusStops(context.Context) ([]*generated.BusStop, error) { return stops, nil }

// entity looks up entities by their keys; nil for one that does not exist.
type entity struct{}

func (entity) FindBusStopByID(_ context.Context, id string) (*generated.BusStop, error) {
	return stopByID(id), nil
}

// FindServicePointByID returns a service point for any key: which of them exist, only the subgraph places knows.
func (entity) FindServicePointByID(_ context.Context, id string) (*generated.ServicePoint, error) {
	return &generated.ServicePoint{ID: id}, nil
}

type servicePoint struct{}

// BusStops gets the location of the service point from the gateway, because the field requires it.
func (servicePoint) BusStops(
	_ context.Context, _ *generated.ServicePoint, withinMetres *int, required map[string]any,
) ([]*generated.NearbyBusStop, error) {
	metres := 500
	if withinMetres != nil {
		metres = *withinMetres
	}
	if metres < 1 || metres > maxMetres {
		return nil, coded("BAD_USER_INPUT", "withinMetres 应为 1 到 5000。 withinMetres: expected 1 to 5000.")
	}
	location, _ := required["location"].(map[string]any)
	longitude, longitudeError := number(location["longitude"])
	latitude, latitudeError := number(location["latitude"])
	if longitudeError != nil || latitudeError != nil {
		return nil, coded("BAD_USER_INPUT", "没有网点的位置。 The location of the service point is missing.")
	}
	return stopsNear(longitude, latitude, metres), nil
}

// number reads a number of a representation, which is kept as it was written.
func number(value any) (float64, error) {
	switch number := value.(type) {
	case float64:
		return number, nil
	case interface{ Float64() (float64, error) }:
		return number.Float64()
	default:
		return 0, errors.New("not a number")
	}
}

// coded is an error that clients may see; any other is masked.
func coded(code, message string) error {
	return &gqlerror.Error{Message: message, Extensions: map[string]any{"code": code}}
}
