using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>
/// A likelihood in a graph: what a decoder's output says of x, and the parameter that σ may be.
/// </summary>
static class LikelihoodGraph
{
    const string LogVar = "likelihood/logVar";

    /// <summary>log σ² where it is trained; else nothing.</summary>
    public static IEnumerable<(ParameterSpec Spec, double Bound)> Parameters(this Likelihood likelihood) =>
        likelihood.Kind == LikelihoodKind.GaussianLearnt ? [(new(LogVar, new(1, 1)), 0)] : [];

    /// <summary>Puts σ where training starts from.</summary>
    public static void Start(this Likelihood likelihood, Device device, Parameters parameters)
    {
        if (likelihood.Kind == LikelihoodKind.GaussianLearnt)
            device.Upload([likelihood.LogVar], parameters.Value(LogVar));
    }

    /// <summary>−log p(x | z) of each row, nats [B, 1].</summary>
    public static Value NllRows(this Likelihood likelihood, Graph graph, Value x, Value output) =>
        likelihood.Kind switch
        {
            LikelihoodKind.Bernoulli => graph.BernoulliNllRows(output, x),
            LikelihoodKind.GaussianFixed => graph.GaussianNllRows(x, output, graph.Scalar(LogVar, 1)),
            LikelihoodKind.GaussianLearnt => graph.GaussianNllRows(x, output, graph.Parameter(LogVar, 1, 1)),
            _ => graph.PixelNllRows(likelihood.Pixel!.Value, output, x),
        };

    /// <summary>The mean of p(x | z), [B, D].</summary>
    public static Value Mean(this Likelihood likelihood, Graph graph, Value output) =>
        likelihood.IsBernoulli ? graph.Activate(Activation.Sigmoid, output)
        : likelihood.Pixel is { } pixel ? graph.PixelMeans(pixel, output)
        : output;

    /// <summary>Fills what the graph takes as given; once for each plan.</summary>
    public static void SetConstants(this Likelihood likelihood, Plan plan)
    {
        if (likelihood.Kind == LikelihoodKind.GaussianFixed) plan.Set(LogVar, likelihood.LogVar);
    }

    /// <summary>σ as it is now; NaN where there is none.</summary>
    public static double SigmaNow(this Likelihood likelihood, Device device, Parameters parameters) =>
        likelihood.Kind switch
        {
            LikelihoodKind.GaussianFixed => likelihood.Sigma,
            LikelihoodKind.GaussianLearnt => Math.Exp(0.5 * device.ToArray(parameters.Value(LogVar))[0]),
            _ => double.NaN,
        };
}
