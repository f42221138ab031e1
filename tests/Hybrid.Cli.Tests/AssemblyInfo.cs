// Every test starts its own processes in its own folder; two at a time use two cores.
[assembly: Parallelizable(ParallelScope.All)]
[assembly: LevelOfParallelism(2)]
