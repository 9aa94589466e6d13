using LumenLink.Rendezvous.Store;
using Npgsql;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public sealed class DatabaseSettingsTests
{
    private const string Secret = "s3cret";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Nothing_means_sqlite(string? text)
    {
        DatabaseSettings settings = DatabaseSettings.Parse(text, "data/lumenlink.db");
        Assert.Equal((StoreEngine.Sqlite, "data/lumenlink.db"), (settings.Engine, settings.SqlitePath));
    }

    [Theory]
    [InlineData("postgres://joe:p%40ss%2Fw%25%3Ad@db.example:6543/lumen%20link"
        + "?sslmode=verify-full&application_name=a%20b")]
    [InlineData("postgresql://joe:p%40ss%2Fw%25%3Ad@db.example:6543/lumen%20link"
        + "?sslmode=verify-full&application_name=a%20b")]
    [InlineData("Host=db.example;Port=6543;Username=joe;Password=p@ss/w%:d;Database=lumen link"
        + ";SSL Mode=VerifyFull;Application Name=a b")]
    [InlineData("host=db.example port=6543 user=joe password=p@ss/w%:d dbname='lumen link'"
        + " sslmode=verify-full application_name='a b'")]
    [InlineData("host = 'db.example' port=6543 user=joe password='p@ss/w%:d' dbname=lumen\\ link"
        + " sslmode=verify-full application_name='a b'")]
    public void All_forms_say_the_same(string text)
    {
        DatabaseSettings settings = DatabaseSettings.Parse(text, "");
        var read = new NpgsqlConnectionStringBuilder(settings.ForService());
        Assert.Equal(StoreEngine.PostgreSql, settings.Engine);
        Assert.Equal(
            ("db.example", 6543, "joe", "p@ss/w%:d", "lumen link", SslMode.VerifyFull, "a b"),
            (read.Host, read.Port, read.Username, read.Password, read.Database, read.SslMode, read.ApplicationName));
        Assert.Equal("PostgreSQL at db.example:6543, database lumen link", settings.ToString());
    }

    [Theory]
    [InlineData("postgres:///db?host=/var/run/postgresql", "/var/run/postgresql")]
    [InlineData("postgres://%2Fvar%2Frun%2Fpostgresql/db", "/var/run/postgresql")]
    [InlineData("postgres://[::1]:5433/db", "::1")]
    [InlineData("postgres://a:b@c@host/db", "host")]
    [InlineData("Password='x;y://z';Host=host;Database=db", "host")]
    public void Hosts_of_all_kinds(string text, string host) =>
        Assert.Equal(host, new NpgsqlConnectionStringBuilder(DatabaseSettings.Parse(text, "").ForService()).Host);

    [Theory]
    [InlineData($"mysql://joe:{Secret}@host/db", "scheme")]
    [InlineData($"postgres://joe:{Secret}@host:{Secret}/db", "port")]
    [InlineData($"postgres://joe:{Secret}@host:0/db", "port")]
    [InlineData($"postgres://joe:{Secret}@host:65536/db", "port")]
    [InlineData($"postgres://joe:{Secret}%zz@host/db", "password")]
    [InlineData($"postgres://joe:{Secret}%4", "port")]
    [InlineData($"postgres://joe:{Secret}%@host/db", "password")]
    [InlineData($"postgres://joe:{Secret}#@host/db", "#")]
    [InlineData($"postgres://joe:{Secret}@host/", "no database")]
    [InlineData($"postgres://joe:{Secret}@/db", "no host")]
    [InlineData($"postgres://joe:{Secret}@one,two/db", "several hosts")]
    [InlineData($"postgres://joe:{Secret}@host/db?sslmode={Secret}", "'SSL Mode' (parameter 1)")]
    [InlineData($"postgres://joe:{Secret}@host/db?{Secret}=1", "parameter 1")]
    [InlineData(Secret, "neither")]
    [InlineData($"Host=host;Database=db;Password=a;{Secret}=1", "parameter 4")]
    [InlineData($"Host=host;Database=db;Password=a;{Secret}", "told apart")]
    [InlineData($"Host=host;Database=db;Port={Secret}", "'Port' (parameter 3)")]
    [InlineData($"host=host dbname=db password=a {Secret}", "parameter 4 has no '='")]
    [InlineData($"host=host dbname=db password='{Secret}", "parameter 3 has an opening quote")]
    [InlineData($"Username={Secret};Password={Secret}", "no host")]
    public void Faults_are_named_and_values_are_not(string text, string fault)
    {
        var error = Assert.Throws<DatabaseSettingsException>(() => DatabaseSettings.Parse(text, ""));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_password_is_not_printed()
    {
        DatabaseSettings settings = DatabaseSettings.Parse($"postgres://joe:{Secret}@host/db", "");
        Assert.DoesNotContain(Secret, settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("joe", settings.ToString(), StringComparison.Ordinal);
        var built = new NpgsqlConnectionStringBuilder(
            DatabaseSettings.Parse("Host=h;Database=d;Include Error Detail=true;Persist Security Info=true", "")
                .ForService());
        Assert.Equal((false, false), (built.IncludeErrorDetail, built.PersistSecurityInfo));
    }
}
