using Hybrid.Bench.Exactness;
foreach (var e in Catalogue.All)
    foreach (var r in e.Run()) Console.WriteLine($"{r.Name} {r.Exact:F5} {r.Measured:F5} {r.Tolerance:F5} {r.Pass} {r.Seconds:F2}");
