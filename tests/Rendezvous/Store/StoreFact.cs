using LumenLink.Tests.Shared;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>A test on PostgreSQL; reported as skipped, with the reason, where it is not installed.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresFixture.SkipReason;
}

/// <summary>A test on Redis; as <see cref="PostgresFactAttribute"/>.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisServer.SkipReason!;
}

/// <summary>A test on PostgreSQL and Redis; as <see cref="PostgresFactAttribute"/>.</summary>
public sealed class PostgresRedisFactAttribute : FactAttribute
{
    public PostgresRedisFactAttribute() => Skip = PostgresFixture.SkipReason ?? RedisServer.SkipReason;
}

/// <summary>
/// A test of the conformance suite: a fact of each engine's class, skipped as <see cref="PostgresFactAttribute"/>.
/// </summary>
[XunitTestCaseDiscoverer("LumenLink.Tests.Rendezvous.Store.StoreFactDiscoverer", "LumenLink.Tests.Rendezvous")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>Finds <see cref="StoreFactAttribute"/>.</summary>
public sealed class StoreFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new StoreTestCase(
            DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(),
            discoveryOptions.MethodDisplayOptionsOrDefault(),
            testMethod);
}

/// <summary>Its class says which engine it runs on.</summary>
public sealed class StoreTestCase : XunitTestCase
{
    [Obsolete("Called by the de-serializer only.")]
    public StoreTestCase()
    {
    }

    public StoreTestCase(
        IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) =>
        base.GetSkipReason(factAttribute)
        ?? (TestMethod.TestClass.Class.Name == typeof(PostgresStoreTests).FullName
            ? PostgresFixture.SkipReason!
            : null!);
}

/// <summary>As <see cref="PostgresFactAttribute"/>, for theories.</summary>
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresFixture.SkipReason;
}
