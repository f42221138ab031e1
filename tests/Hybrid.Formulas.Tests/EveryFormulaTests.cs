namespace Hybrid.Formulas.Tests;

/// <summary>The claims that hold of every formula, whoever wrote it: found by reflection.</summary>
[TestFixture]
public class EveryFormulaTests
{
    static readonly IReadOnlyList<FormulaInfo> All = FormulaCatalog.All;

    static readonly IEnumerable<FormulaInfo> Differentiated = All.Where(f => f.ClosedGradient is not null);

    const string Level = "a schedule's level: no parameter stands behind it";

    const string Target = "what a network is compared with, or what is made of its answer when sampling";

    const string Weight = "a weight of the loss: a constant of the step";

    const string Step = "a step of a sampler, which nothing is trained through";

    /// <summary>Formulas that training never differentiates, and why.</summary>
    static readonly Dictionary<string, string> NotDifferentiated = new()
    {
        ["ContinuousBernoulliMean"] = "a derivative already: training is of first order",
        ["ClampedLogisticMean"] = "for pictures of a model: training has no use for it",
        ["BernoulliDraw"] = "a step function of its noise: its derivative is 0 wherever it exists",
        ["MovingAverage"] = "state of the optimizer, after the gradient",
        ["GradientClip"] = "step of the optimizer, after the gradient",
        ["AdamDirection"] = "step of the optimizer, after the gradient",
        ["ReluGradFromOutput"] = "a derivative already: training is of first order",
        ["TanhGradFromOutput"] = "a derivative already: training is of first order",
        ["SigmoidGradFromOutput"] = "a derivative already: training is of first order",
        ["AttentionWeight"] = "differentiated with its whole row, by AttentionScoreGrad",
        ["AttentionScoreGrad"] = "a derivative already: training is of first order",
        ["InverseDeviation"] = "differentiated with all that is normalised together, by NormalizedAdjoint",
        ["Normalized"] = "differentiated with all that is normalised together, by NormalizedAdjoint",
        ["NormalizedAdjoint"] = "a derivative already: training is of first order",
        ["Responsibility"] = "a derivative already: that of a log-sum-exp by one of its terms",
        ["CouplingInverse"] = "the way of samples, which nothing is trained through",
        ["InfoNceWeight"] = "a derivative already: training is of first order",
        ["ImportanceShare"] = "a derivative already: training is of first order",
        ["CrossEntropySlope"] = "a derivative already: training is of first order",
        ["InfoNcePositiveWeight"] = "a derivative already: training is of first order",
        ["StraightLine"] = Level,
        ["ScaledLinearBeta"] = Level,
        ["LinearBetaLogSnr"] = Level,
        ["LogSnrOfAlphaBar"] = Level,
        ["CosineAlphaBar"] = Level,
        ["SigmoidLogSnr"] = Level,
        ["KarrasLogSnr"] = Level,
        ["ZeroTerminalSnr"] = Level,
        ["Velocity"] = Target,
        ["DataFromNoise"] = Target,
        ["NoiseFromData"] = Target,
        ["DataFromVelocity"] = Target,
        ["NoiseFromVelocity"] = Target,
        ["ScoreFromNoise"] = Target,
        ["EdmTarget"] = Target,
        ["DataFromEdm"] = Target,
        ["NoiseFromEdm"] = Target,
        ["DataErrorRatio"] = Weight,
        ["EdmErrorRatio"] = Weight,
        ["ScoreErrorRatio"] = Weight,
        ["MinSnrWeight"] = Weight,
        ["P2Weight"] = Weight,
        ["SigmoidWeight"] = Weight,
        ["LogNormalDensity"] = Weight,
        ["DdimStep"] = Step,
        ["PosteriorMean"] = Step,
        ["PosteriorVariance"] = Step,
        ["ForwardVariance"] = Step,
        ["LearntVariance"] = Step,
        ["MeasuredVariance"] = Step,
        ["Guided"] = Step,
        ["Rescaled"] = Step,
    };

    [TestCaseSource(nameof(Differentiated))]
    public void Closed_gradient_equals_the_dual_number(FormulaInfo f) =>
        Assert.That(FormulaChecks.Gradient(f, f.ClosedGradient!), Is.Null);

    [TestCaseSource(nameof(All))]
    public void Has_a_closed_gradient_unless_training_never_asks(FormulaInfo f) =>
        Assert.That(f.ClosedGradient is null, Is.EqualTo(NotDifferentiated.ContainsKey(f.Name)));

    /// <summary>A bound that is never used to a twentieth would hide errors; an exact formula has none to
    /// use.</summary>
    const double LeastUse = 0.05;

    [TestCaseSource(nameof(All))]
    public void Float32_stays_inside_a_tight_error_bound(FormulaInfo f)
    {
        Assert.Multiple(() =>
        {
            foreach (var lanes in FormulaChecks.LanesOf(f))
            {
                var points = FormulaChecks.Points(f).ToArray();
                Assert.That(FormulaChecks.Bound(lanes, lanes, points, out var use), Is.Null);
                TestContext.Out.WriteLine($"{lanes.Name}: worst error is {use:F3} of the bound");
                var exact = points.All(p =>
                    lanes.Apply<Bound32>(Array.ConvertAll(p, x => new Bound32(x))).E == 0);
                Assert.That(exact || use >= LeastUse, $"{lanes.Name} uses only {use:F3} of its bound");
            }
        });
    }

    [TestCaseSource(nameof(All))]
    public void Every_value_lane_gives_the_same_bits(FormulaInfo f)
    {
        var points = FormulaChecks.Points(f).ToArray();
        Assert.Multiple(() =>
        {
            foreach (var lanes in FormulaChecks.LanesOf(f))
                Assert.That(FormulaChecks.SameBits(lanes, points), Is.Null);
        });
    }

    [TestCaseSource(nameof(All))]
    public void States_the_cost_it_has(FormulaInfo f) => Assert.That(FormulaChecks.Cost(f), Is.Null);

    [TestCaseSource(nameof(All))]
    public void States_unit_source_arguments_and_summary(FormulaInfo f) =>
        Assert.That(FormulaChecks.Statement(f), Is.Null);

    [TestCaseSource(nameof(All))]
    public void Prints_its_equation_in_balanced_latex(FormulaInfo f)
    {
        var tex = f.Tex();
        TestContext.Out.WriteLine(tex);
        Assert.Multiple(() =>
        {
            Assert.That(tex.Count(c => c == '{'), Is.EqualTo(tex.Count(c => c == '}')));
            Assert.That(tex.Count(c => c == '('), Is.EqualTo(tex.Count(c => c == ')')));
            Assert.That(tex, Does.Not.Contain("E-").And.Not.Contain("--").And.Not.Contain("+ -"));
            foreach (var a in f.Arguments) Assert.That(tex, Does.Contain(a.Tex));
        });
    }
}
