namespace Hybrid.Cli.Tests.Architecture;

/// <summary>References between projects go one way (design, section 3).</summary>
[TestFixture]
public class ArrowTests
{
    /// <summary>Each project may reference those of the layers above its own line, and nobody else.</summary>
    static readonly string[][] Layers =
    [
        ["Hybrid.Formulas", "Hybrid.Ptx"],
        ["Hybrid.Kernels"],
        ["Hybrid.Devices"],
        ["Hybrid.Autodiff"],
        ["Hybrid.Models"],
        ["Hybrid.Information"],
        ["Hybrid.Training"],
        ["Hybrid.Reporting"],
        ["Hybrid.Cli"],
    ];

    /// <summary>It says what is true, and references nothing of ours.</summary>
    static readonly string[] Apart = ["Hybrid.Theory"];

    static readonly string[] Frameworks = ["Torch", "libtorch", "TensorFlow", "Onnx", "Keras", "CNTK", "Microsoft.ML", "MxNet"];

    static IEnumerable<Project> Libraries =>
        Repository.Projects.Where(p => p.Path.StartsWith("src/") || p.Path.StartsWith("kernels/"));

    static int LayerOf(string name) => Array.FindIndex(Layers, layer => layer.Contains(name));

    static Project Named(string name) => Repository.Projects.Single(p => p.Name == name);

    [Test]
    public void The_repository_was_found() =>
        Assert.That(Repository.Projects, Has.Length.GreaterThanOrEqualTo(20));

    [TestCaseSource(nameof(Libraries))]
    public void A_library_references_lower_layers_only(object library)
    {
        var project = (Project)library;
        if (Apart.Contains(project.Name))
        {
            Assert.That(project.References, Is.Empty);
            return;
        }
        var layer = LayerOf(project.Name);
        Assert.That(layer, Is.GreaterThanOrEqualTo(0), $"{project} has no place: give it one in {nameof(Layers)}");
        foreach (var reference in project.References)
            Assert.That(LayerOf(reference), Is.GreaterThanOrEqualTo(0).And.LessThan(layer), $"{project} → {reference}");
    }

    [Test]
    public void The_rule_refuses_an_arrow_that_points_up()
    {
        var wrong = new Project("Hybrid.Formulas", "kernels/x.csproj", ["Hybrid.Kernels"], []);
        Assert.That(() => A_library_references_lower_layers_only(wrong), Throws.InstanceOf<AssertionException>());
    }

    [Test]
    public void Only_tests_reference_the_command_and_each_other() =>
        Assert.Multiple(() =>
        {
            foreach (var project in Repository.Projects.Where(p => !p.Path.StartsWith("tests/")))
                foreach (var reference in project.References)
                    Assert.That(reference, Is.Not.EqualTo("Hybrid.Cli").And.Not.EndsWith("Tests"), $"{project}");
        });

    [Test]
    public void Nothing_references_a_peer() =>
        Assert.Multiple(() =>
        {
            var peers = Repository.Projects.Where(p => p.IsPeer).Select(p => p.Name).ToArray();
            Assert.That(peers, Is.Not.Empty);
            foreach (var project in Repository.Projects)
                Assert.That(project.References, Has.None.Matches<string>(peers.Contains), $"{project}");
        });

    [Test]
    public void Theory_judges_from_outside() =>
        Assert.Multiple(() =>
        {
            foreach (var project in Libraries)
                Assert.That(project.References, Does.Not.Contain("Hybrid.Theory"), $"{project}");
        });

    [Test]
    public void Formulas_need_the_base_library_only() =>
        Assert.That(Named("Hybrid.Formulas").Packages, Is.Empty);

    [Test]
    public void Packages_stay_where_they_belong() =>
        Assert.Multiple(() =>
        {
            foreach (var project in Libraries)
                foreach (var package in project.Packages)
                {
                    if (package.StartsWith("ILGPU"))
                        Assert.That(project.Name, Is.EqualTo("Hybrid.Kernels").Or.EqualTo("Hybrid.Devices"), package);
                    if (package.StartsWith("MathNet"))
                        Assert.That(project.Name, Is.EqualTo("Hybrid.Theory"), package);
                }
        });

    [Test]
    public void No_deep_learning_framework_is_used_anywhere() =>
        Assert.Multiple(() =>
        {
            var files = Repository.Files("packages.lock.json").Append("Directory.Packages.props");
            foreach (var file in files.Where(file => !file.StartsWith(Project.Peers)))
            {
                var text = string.Join('\n', Repository.Lines(file));
                foreach (var name in Frameworks)
                    Assert.That(text, Does.Not.Contain($"\"{name}").IgnoreCase, file);
            }
        });
}
