package main

import (
	"math"
	"sort"

	"district-graph.cn/busstops/generated"
)

// The bus stops, which are made up. A bureau would read them from its own system.
var stops = []*generated.BusStop{
	stop("stop-1", "示例丰庆路站", 113.6651, 34.8062, "B1", "32", "63"),
	stop("stop-2", "示例文化路站", 113.6735, 34.7925, "2", "28"),
	stop("stop-3", "示例经三路站", 113.6840, 34.7760, "45", "86"),
	stop("stop-4", "示例大学路站", 113.6470, 34.7400, "1", "9", "72"),
	stop("stop-5", "示例紫荆山站", 113.6790, 34.7580, "Y1", "B5"),
}

func stop(id, name string, longitude, latitude float64, lines ...string) *generated.BusStop {
	return &generated.BusStop{
		ID: id, Name: name, Lines: lines,
		Location: &generated.GeoPoint{Longitude: longitude, Latitude: latitude},
	}
}

func stopByID(id string) *generated.BusStop {
	for _, each := range stops {
		if each.ID == id {
			return each
		}
	}
	return nil
}

// stopsNear returns the stops within a distance, nearest first.
func stopsNear(longitude, latitude float64, withinMetres int) []*generated.NearbyBusStop {
	near := []*generated.NearbyBusStop{}
	for _, each := range stops {
		metres := int(math.Round(distanceMetres(longitude, latitude, each.Location.Longitude, each.Location.Latitude)))
		if metres <= withinMetres {
			near = append(near, &generated.NearbyBusStop{BusStop: each, DistanceMetres: metres})
		}
	}
	sort.Slice(near, func(a, b int) bool { return near[a].DistanceMetres < near[b].DistanceMetres })
	return near
}

// distanceMetres is the length of the great circle between two points.
func distanceMetres(longitude1, latitude1, longitude2, latitude2 float64) float64 {
	const earthRadiusMetres = 6_371_000
	radians := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	a := math.Pow(math.Sin(radians(latitude2-latitude1)/2), 2) +
		math.Cos(radians(latitude1))*math.Cos(radians(latitude2))*math.Pow(math.Sin(radians(longitude2-longitude1)/2), 2)
	return 2 * earthRadiusMetres * math.Asin(math.Sqrt(a))
}
