using Hybrid.Autodiff;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests;

[TestFixture]
public class MlpTests
{
    static readonly Mlp Network = new("net", 5, [7, 3], 2, Activation.Relu);

    [Test]
    public void Has_a_weight_and_a_bias_a_layer()
    {
        var specs = Network.Parameters().Select(p => $"{p.Spec.Name} {p.Spec.Shape}");
        Assert.That(specs, Is.EqualTo(new[]
        {
            "net/0/w [5, 7]", "net/0/b [7, 1]", "net/1/w [7, 3]", "net/1/b [3, 1]", "net/2/w [3, 2]", "net/2/b [2, 1]",
        }));
    }

    [Test]
    public void Starts_biases_at_zero_and_the_last_layer_as_a_linear_one()
    {
        var bounds = Network.Parameters().Select(p => p.Bound);
        Assert.That(bounds, Is.EqualTo(new[]
        {
            Math.Sqrt(6.0 / 5), 0, Math.Sqrt(6.0 / 7), 0, Math.Sqrt(6.0 / (3 + 2)), 0,
        }));
    }

    [TestCase(Activation.Relu)]
    [TestCase(Activation.Gelu)]
    public void Maps_rows_to_rows(Activation activation)
    {
        var graph = new Graph();
        var y = (Network with { Activation = activation }).Apply(graph, graph.Input("x", 11, 5));
        Assert.That(graph.ShapeOf(y), Is.EqualTo(new Shape(11, 2)));
    }

    [Test]
    public void Without_hidden_layers_is_one_linear_map()
    {
        var linear = new Mlp("net", 5, [], 2, Activation.Relu);
        var graph = new Graph();
        linear.Apply(graph, graph.Input("x", 4, 5));
        Assert.That(linear.Parameters().Count(), Is.EqualTo(2));
        Assert.That(graph.Nodes.Last().Op.ToString(), Does.Contain("Affine").And.Contain("Identity"));
    }

    [Test]
    public void Refuses_an_input_of_another_width()
    {
        var graph = new Graph();
        Assert.That(() => Network.Apply(graph, graph.Input("x", 4, 6)),
            Throws.ArgumentException.With.Message.Contains("shapes do not fit"));
    }
}
