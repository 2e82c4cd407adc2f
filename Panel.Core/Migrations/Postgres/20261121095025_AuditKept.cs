using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace Panel.Core.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class AuditKept : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "Digests",
                table: "AuditSeals",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[0]);

            migrationBuilder.InsertData(
                table: "Marks",
                columns: new[] { "Name", "Stamp", "Value" },
                values: new object[,]
                {
                    { "audit-retention", 0L, null },
                    { "audit-seals", 0L, null }
                });

            // what was added stays as it is: records and seals refuse every change, and records go only through the mark of the retention
            migrationBuilder.Sql("""
                CREATE FUNCTION panel_keeps_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'The audit is append-only.' USING ERRCODE = 'restrict_violation'; END $$;
                CREATE FUNCTION panel_keeps_audit_for_its_time() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF OLD."Id" > COALESCE((SELECT "Stamp" FROM "Marks" WHERE "Name" = 'audit-retention'), 0) OR OLD."At" > now() - interval '7 days' THEN
                        RAISE EXCEPTION 'The audit is append-only.' USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN OLD;
                END $$;
                CREATE TRIGGER "Audit_is_not_changed" BEFORE UPDATE ON "Audit" FOR EACH ROW EXECUTE FUNCTION panel_keeps_audit();
                CREATE TRIGGER "Audit_is_not_deleted" BEFORE DELETE ON "Audit" FOR EACH ROW EXECUTE FUNCTION panel_keeps_audit_for_its_time();
                CREATE TRIGGER "Audit_is_not_emptied" BEFORE TRUNCATE ON "Audit" FOR EACH STATEMENT EXECUTE FUNCTION panel_keeps_audit();
                CREATE TRIGGER "AuditSeals_is_not_changed" BEFORE UPDATE OR DELETE ON "AuditSeals" FOR EACH ROW EXECUTE FUNCTION panel_keeps_audit();
                CREATE TRIGGER "AuditSeals_is_not_emptied" BEFORE TRUNCATE ON "AuditSeals" FOR EACH STATEMENT EXECUTE FUNCTION panel_keeps_audit();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP TRIGGER "Audit_is_not_changed" ON "Audit"; DROP TRIGGER "Audit_is_not_deleted" ON "Audit"; DROP TRIGGER "Audit_is_not_emptied" ON "Audit";
                DROP TRIGGER "AuditSeals_is_not_changed" ON "AuditSeals"; DROP TRIGGER "AuditSeals_is_not_emptied" ON "AuditSeals";
                DROP FUNCTION panel_keeps_audit(); DROP FUNCTION panel_keeps_audit_for_its_time();
                """);

            migrationBuilder.DeleteData(
                table: "Marks",
                keyColumn: "Name",
                keyValue: "audit-retention");

            migrationBuilder.DeleteData(
                table: "Marks",
                keyColumn: "Name",
                keyValue: "audit-seals");

            migrationBuilder.DropColumn(
                name: "Digests",
                table: "AuditSeals");
        }
    }
}
