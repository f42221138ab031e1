namespace Hybrid.Cli.Tests.Architecture;

/// <summary>The solution knows every project, and builds what people measure.</summary>
[TestFixture]
public class SolutionTests
{
    static readonly string[] Solution = Repository.Lines("Hybrid.sln");

    /// <summary>Peers to measure against restore packages that nothing else may ask for.</summary>
    static IEnumerable<Project> Ours => Repository.Projects.Where(project => !project.IsPeer);

    [TestCaseSource(nameof(Ours))]
    public void Holds_every_project(object project)
    {
        var path = ((Project)project).Path.Replace('/', '\\');
        Assert.That(Solution, Has.Some.Contains($"\"{path}\""));
    }

    [Test]
    public void Holds_no_peer() => Assert.That(Solution, Has.None.Contains(@"bench\peers"));

    [Test]
    public void Holds_no_project_that_is_gone()
    {
        foreach (var line in Solution.Where(line => line.StartsWith("Project(")))
        {
            var path = line.Split('"')[5].Replace('\\', '/');
            if (path.EndsWith("proj"))
                Assert.That(File.Exists(Path.Combine(Repository.Root, path)), Is.True, path);
        }
    }

    [Test]
    public void Has_release_configurations_only()
    {
        var configurations = Solution.Where(line => line.Contains("|Any CPU")).ToArray();
        Assert.That(configurations, Is.Not.Empty);
        Assert.That(configurations, Has.None.Contains("Debug"));
        Assert.That(configurations, Has.All.Contains("Release|Any CPU"));
    }

    /// <summary>What this was compiled with: the default of a plain <c>dotnet test</c>.</summary>
    [Test]
    public void Plain_builds_are_optimised()
    {
        var debuggable = (System.Diagnostics.DebuggableAttribute?)Attribute.GetCustomAttribute(
            typeof(Hybrid.Cli.Program).Assembly, typeof(System.Diagnostics.DebuggableAttribute));
        Assert.That(debuggable?.IsJITOptimizerDisabled ?? false, Is.False);
    }
}
