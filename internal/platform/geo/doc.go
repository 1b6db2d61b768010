// Package geo holds places: points in WGS84, the two Chinese map grids, distances and areas that contain a point.
//
// Everything inside Banyan is WGS84 in degrees. Maps and phones in China speak GCJ-02 (Gaode, Tencent) or BD-09
// (Baidu); a point is converted where it comes in and where it goes out, and nowhere between. An Index tells
// which polygons of a GeoJSON file hold a point. The package owns no table and says no fact.
package geo
