namespace Hybrid.Bench.Exactness;

/// <summary>Every experiment with a known result.</summary>
public static class Catalogue
{
    public static IReadOnlyList<ExactnessExperiment> All { get; } =
    [
        .. LinearBetaVae.Experiments, Ppca.Experiment,
        .. LinearVaeAccounts.Experiments, .. Essay.Experiments, RateDistortion.Experiment,
        .. Metrics.Experiments, .. AggregatedPosteriors.Experiments,
        ImportanceNll.Experiment, .. Remedies.Experiments, .. Objectives.Experiments,
        .. MixtureEm.Experiments, .. Bottlenecks.Experiments, DigitBottlenecks.Experiment, .. ImAlgorithm.Experiments,
        DiffusionSchedules.Experiment, DiffusionBounds.Experiment, ImmseIntegrals.Experiment,
        ChainInformationRows.Experiment, ConditionalInformationRows.Experiment, SamplerOrders.Experiment,
        FlowLikelihoods.Experiment,
        .. TrainedDiffusions.Experiments, TrainedConditions.Experiment, .. Hierarchies.Experiments,
    ];
}
