using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace Panel.Core.Migrations.Sqlite
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
                type: "BLOB",
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

            // what was added stays as it is: records and seals refuse every change, and go only through the mark of the retention. A row that is
            // replaced is deleted without a trigger being asked, so an insert under an id that is there is refused too
            migrationBuilder.Sql("""
                CREATE TRIGGER "Audit_is_not_changed" BEFORE UPDATE ON "Audit" BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END;
                CREATE TRIGGER "Audit_is_not_replaced" BEFORE INSERT ON "Audit" WHEN EXISTS (SELECT 1 FROM "Audit" WHERE "Id" = NEW."Id") BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END;
                CREATE TRIGGER "Audit_is_not_deleted" BEFORE DELETE ON "Audit"
                    WHEN OLD."Id" > COALESCE((SELECT "Stamp" FROM "Marks" WHERE "Name" = 'audit-retention'), 0)
                      OR OLD."At" > (CAST(strftime('%s', 'now') AS INTEGER) - 7 * 86400) * 10000000 + 621355968000000000
                    BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END;
                CREATE TRIGGER "AuditSeals_is_not_changed" BEFORE UPDATE ON "AuditSeals" BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END;
                CREATE TRIGGER "AuditSeals_is_not_replaced" BEFORE INSERT ON "AuditSeals" WHEN EXISTS (SELECT 1 FROM "AuditSeals" WHERE "Id" = NEW."Id" OR "Through" = NEW."Through") BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END;
                CREATE TRIGGER "AuditSeals_is_not_deleted" BEFORE DELETE ON "AuditSeals" BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP TRIGGER "Audit_is_not_changed"; DROP TRIGGER "Audit_is_not_replaced"; DROP TRIGGER "Audit_is_not_deleted";
                DROP TRIGGER "AuditSeals_is_not_changed"; DROP TRIGGER "AuditSeals_is_not_replaced"; DROP TRIGGER "AuditSeals_is_not_deleted";
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
