module district-graph.cn/viewersignature

go 1.24
