using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>(1/K) Σ_k q(z | u_k): the posteriors of K pseudo-inputs, which are trained with the model.</summary>
/// <remarks>
/// Tomczak &amp; Welling 2018, arXiv:1705.07120, eq. 9: a mixture that stands for the aggregated posterior of the
/// whole data set. A pseudo-input is the sigmoid of parameters, or of a network of a grid's point, so that it is an
/// image with pixels between 0 and 1, and goes through the same encoder as the data.
/// </remarks>
/// <param name="components">K.</param>
/// <param name="dataDim">Pixels of a pseudo-input.</param>
/// <param name="map">Where they come from; null for parameters of their own.</param>
/// <param name="posterior">The encoder.</param>
public sealed class VampPrior(
    int components, int dataDim, TopographicMap? map, Func<Graph, Value, (Value Mu, Value LogVar)> posterior)
    : MixturePrior(components)
{
    const string Inputs = "prior/inputs";

    /// <summary>Pixels begin between 0.12 and 0.88.</summary>
    const double Bound = 2;

    public override IEnumerable<(ParameterSpec Spec, double Bound)> Parameters() =>
        map?.Parameters() ?? [(new(Inputs, new(K, dataDim)), Bound)];

    #region vamp-components
    public override (Value Mu, Value LogVar) Components(Graph graph)
    {
        var logits = map?.Apply(graph) ?? graph.Parameter(Inputs, K, dataDim);
        return posterior(graph, graph.Activate(Activation.Sigmoid, logits));
    }
    #endregion

    public override void SetConstants(Device device, Plan plan) => map?.SetConstants(device, plan);
}
